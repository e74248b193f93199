"""Does a case still hold? Seals, page bytes, every filed version with its shelf, and the trail against each other."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from audit.trail import queries as trail
from audit.trail.types import TimelineEntry
from capture.sessions import storage
from capture.sessions.errors import FileDamaged, FileMissing
from capture.sessions.storage import Kind
from workflows.cases import folders
from workflows.cases.models import Case
from workflows.seals import queries as seals
from workflows.seals import verify as seal_verifier
from workflows.seals.types import Outcome, SealReport

from . import versions
from .findings import Finding
from .models import ArchiveRecord

DOCUMENTS = {"case_file": "case.handed_up", "notice": "notice.issued"}
"""Kind of document → the act after which a case must have one."""


@dataclass(frozen=True)
class CaseReport:
    """The verdict on a case."""

    case_number: str
    status: str
    outcome: str
    """HELD, or BROKEN when anything below is wrong."""
    documents: dict[str, SealReport]
    """Kind (case_file, notice) → what its seals say."""
    pages: int
    versions: int
    """How many versions lie in the archive; 0 before the case is filed."""
    findings: tuple[Finding, ...]

    @property
    def held(self) -> bool:
        """True when everything held."""
        return self.outcome == "HELD"

    def to_dict(self) -> dict[str, Any]:
        """For --json."""
        return {
            "case_number": self.case_number,
            "status": self.status,
            "outcome": self.outcome,
            "documents": {kind: report.to_dict() for kind, report in self.documents.items()},
            "seals": [seal.to_dict() for report in self.documents.values() for seal in report.seals],
            "pages": self.pages,
            "versions": self.versions,
            "findings": [vars(finding) for finding in self.findings],
        }


def document_report(case: Case, kind: str) -> SealReport | None:
    """What the seals of the case's newest document of `kind` say; None when there is no such document."""
    document = seals.latest_document(case.pk, kind)
    if document is None:
        return None
    path = seals.document_path(document.sha256)
    data = path.read_bytes() if path.exists() else b""
    return seal_verifier.report(data, seals.expected_of(document))


def verify_case(case: Case) -> CaseReport:
    """Re-read every byte the case rests on and say what does not hold."""
    findings: list[Finding] = []
    documents: dict[str, SealReport] = {}
    told = trail.timeline(case.pk)
    acts = {entry.action for entry in told}
    for kind, act in DOCUMENTS.items():
        report = document_report(case, kind)
        if report is not None:
            documents[kind] = report
            if report.outcome != Outcome.PASSED:
                findings.append(Finding("seal_not_passed", kind))
        elif act in acts:
            findings.append(Finding("document_gone", kind))
    live = folders.live_pages(case)
    findings += _pages_told(told, [placed.page.sha256 for placed in live])
    pictures = {(placed.page.sha256, placed.page.original.sha256) for placed in live}
    record = ArchiveRecord.objects.filter(case=case).first()
    filed = versions.Verdict()
    if record is not None:
        filed = versions.verify(case, record, told)
        findings += filed.findings
    elif "case.filed" in acts:
        findings.append(Finding("record_gone", case.number or ""))
    for page, original in sorted(pictures | filed.pictures):
        findings += _stored("pages", page) + _stored("originals", original)
    return CaseReport(
        case_number=case.number or "",
        status=case.status,
        outcome="BROKEN" if findings else "HELD",
        documents=documents,
        pages=len(pictures | filed.pictures),
        versions=filed.count,
        findings=tuple(findings),
    )


def _stored(kind: Kind, sha256: str) -> list[Finding]:
    """Read the bytes again; reading hashes them."""
    try:
        storage.read(kind, sha256)
    except FileMissing:
        return [Finding("page_missing", sha256)]
    except FileDamaged:
        return [Finding("page_altered", sha256)]
    return []


def _pages_told(told: list[TimelineEntry], live: list[str]) -> list[Finding]:
    """The pages that count are those the trail saw placed and not superseded, with the very digests they have now."""
    by_act: dict[str, Counter[str]] = defaultdict(Counter)
    for entry in told:
        by_act[entry.action][str(entry.details.get("sha256"))] += 1
    known, found = by_act["case.page_placed"] - by_act["case.page_superseded"], Counter(live)
    strange = [Finding("not_in_trail", sha256) for sha256 in (found - known).elements()]
    return strange + [Finding("page_gone", sha256) for sha256 in (known - found).elements()]
