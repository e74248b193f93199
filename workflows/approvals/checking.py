"""What anybody may learn of a notice: whether it is real, by its check code or by the file itself.

A code answers only what tells one notice from another: number, kind, office, date, and whether it holds. Who brings the
file sees of the file what it says itself. Nothing of the case is told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.trail import actions as trail
from hukou.kernel import canonical
from workflows.seals import pades, storage, verify
from workflows.seals import queries as seals
from workflows.seals.bulk import queries as batches
from workflows.seals.errors import CodeMistyped, StoredFileDamaged
from workflows.seals.types import Outcome, SealReport

from .models import Decision, NoticeIssue

CODE = re.compile(r"[0-9A-F]{16}")
MOST_BYTES = 20 * 1024 * 1024


class Verdict(StrEnum):
    """The answer in one word."""

    REAL = "real"
    """Issued here, and unchanged."""
    VOID = "void"
    """Issued here, but it counts no longer."""
    ALTERED = "altered"
    """Not as it was sealed."""
    OPEN = "open"
    """Issued here; whether it holds cannot be said now."""
    NOT_OURS = "not_ours"
    """Nothing issued here."""


@dataclass(frozen=True)
class Checked:
    """What is said about a paper."""

    verdict: Verdict
    kind: str | Promise = ""
    number: str = ""
    office: str = ""
    issued_at: datetime | None = None
    report: SealReport | None = None
    """Of the file that was brought; None when only a code was typed."""


def by_code(typed: str) -> Checked:
    """The notice with that check code, as it lies in the archive. Spaces and small letters do not matter."""
    try:
        issue = _issues().filter(check_code=code_in(typed)).first()
    except CodeMistyped:
        issue = None
    if issue is None:
        return _noted("code", Checked(Verdict.NOT_OURS), None)
    try:
        report = verify.report(storage.read(issue.document.sha256), seals.expected_of(issue.document))
    except (OSError, StoredFileDamaged):
        report = SealReport(Outcome.INDETERMINATE)  # our own copy is at fault; of the paper nothing can be said
    return _noted("code", _of_issue(issue, report, by_file=False), issue.document)


def code_in(typed: str) -> str:
    """The check code somebody typed. Raises CodeMistyped: what is no code, a name perhaps, must not get into an address."""
    code = re.sub(r"[\s\-]", "", typed).upper()
    if not CODE.fullmatch(code):
        raise CodeMistyped
    return code


def by_file(pdf: bytes) -> Checked:
    """A file somebody brought; forged bytes are a verdict, never an error.

    What is not sealed by us and whole learns nothing, not even whether a number in it exists.
    """
    sha256 = canonical.sha256(pdf)
    issue = _issues().filter(document__sha256=sha256).first()
    item = None if issue else batches.by_result(sha256)
    if item is not None:
        report = verify.report(pdf, replace(batches.expected_of(item), sha256=sha256))
        told = Checked(_verdict(report), _("certificate"), "", item.batch.office.name, item.signed_at, report)
        return _noted("file", told, item)
    alone = verify.report(pdf)
    if issue is None and alone.seals and alone.outcome != Outcome.FAILED:
        # Perhaps a copy from before an archive timestamp was added. Its seals cover its title: that can be believed.
        issue = _issues().filter(number=pades.title_of(pdf)).first()
    if issue is None:
        return _noted("file", Checked(_of_stranger(alone), report=alone), None)
    known = seals.expected_of(issue.document)
    report = verify.report(pdf, known if known.sha256 == sha256 else replace(known, sha256=""))
    return _noted("file", _of_issue(issue, report, by_file=True), issue.document)


def _issues() -> models.QuerySet[NoticeIssue]:
    return NoticeIssue.objects.select_related("document")


def _of_issue(issue: NoticeIssue, report: SealReport, *, by_file: bool) -> Checked:
    last = Decision.objects.filter(case=issue.case_id, voided_at=None).order_by("-level").first()
    verdict = _verdict(report) if last is not None else Verdict.VOID
    office = last.office_name if last is not None else ""
    kind = _("electronic notice")
    return Checked(verdict, kind, issue.number, office, issue.issued_at, report if by_file else None)


def _verdict(report: SealReport) -> Verdict:
    return {
        Outcome.PASSED: Verdict.REAL,
        Outcome.INDETERMINATE: Verdict.OPEN,
        Outcome.FAILED: Verdict.ALTERED,
    }[report.outcome]


def _of_stranger(report: SealReport) -> Verdict:
    """Of a file the register does not know: broken seals are worth a warning, whole ones prove nothing about us."""
    sealed = any(seal.signer for seal in report.seals)
    return Verdict.ALTERED if sealed and report.outcome == Outcome.FAILED else Verdict.NOT_OURS


def _noted(how: str, told: Checked, subject: models.Model | None) -> Checked:
    """A check leaves a trace that says what was checked, and not by whom."""
    with trail.bind():
        trail.record(
            "notice.checked",
            subject=subject or "approvals.noticeissue:-",
            by=None,
            details={"how": how, "verdict": told.verdict.value},
        )
    return told
