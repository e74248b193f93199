"""Does a case still hold? Seals, page bytes, the filed manifest and the trail against each other."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from audit.trail import queries as trail
from audit.trail.types import TimelineEntry
from capture.sessions import storage
from capture.sessions.errors import FileDamaged, FileMissing
from capture.sessions.storage import Kind
from hukou.kernel import canonical
from workflows.cases import folders
from workflows.cases.models import Case
from workflows.seals import queries as seals
from workflows.seals import verify as seal_verifier
from workflows.seals.types import Outcome, SealReport

from . import shelf
from .models import ArchiveRecord

DOCUMENTS = {"case_file": "case.handed_up", "notice": "notice.issued"}
"""Kind of document → the act after which a case must have one."""


@dataclass(frozen=True)
class Finding:
    """One thing that does not hold."""

    code: str
    """Stable word. Bytes: page_missing, page_altered, seal_not_passed, shelf_missing, shelf_altered. Rows the trail
    does not know: not_in_trail. Rows the trail knows and the database has no more: page_gone, document_gone,
    record_gone. Rows rewritten after filing: manifest_altered, content_altered."""
    subject: str
    """Which file or record, by digest or name; never personal data."""


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
    for placed in live:
        findings += _stored("pages", placed.page.sha256)
        findings += _stored("originals", placed.page.original.sha256)
    findings += _pages_told(told, [placed.page.sha256 for placed in live])
    record = ArchiveRecord.objects.filter(case=case).first()
    if record is not None:
        findings += _filed(case, record, told)
    elif "case.filed" in acts:
        findings.append(Finding("record_gone", case.number or ""))
    return CaseReport(
        case_number=case.number or "",
        status=case.status,
        outcome="BROKEN" if findings else "HELD",
        documents=documents,
        pages=len(live),
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


def _filed(case: Case, record: ArchiveRecord, told: list[TimelineEntry]) -> list[Finding]:
    findings = []
    filed = [entry.details.get("manifest") for entry in told if entry.action == "case.filed"]
    if record.manifest_sha256 not in filed:
        findings.append(Finding("not_in_trail", record.number))
    if not _is_as_filed(record):  # then nothing it names can be relied upon
        return [*findings, Finding("manifest_altered", record.number)]
    if record.manifest["content"] != folders.content_digest(case):
        findings.append(Finding("content_altered", record.number))
    folder = shelf.folder_of(record)
    for entry in record.manifest["files"]:
        path = folder / entry["name"]
        if not path.exists():
            findings.append(Finding("shelf_missing", entry["name"]))
        elif canonical.sha256(path.read_bytes()) != entry["sha256"]:
            findings.append(Finding("shelf_altered", entry["name"]))
    return findings


def _is_as_filed(record: ArchiveRecord) -> bool:
    try:
        return canonical.digest(record.manifest) == record.manifest_sha256
    except TypeError:  # a value no manifest of ours ever holds
        return False
