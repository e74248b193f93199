"""The manifest of an archive version: every file of the case with its digest, in reading order, and the version before."""

from __future__ import annotations

from typing import Any

from hukou.accounts.models import Officer
from hukou.kernel import canonical, clock
from workflows.cases import folders
from workflows.cases.models import Case
from workflows.seals import queries as seals

from .models import ArchiveRecord, ArchiveVersion, LateCapture


def make(case: Case, record: ArchiveRecord, *, by: Officer, late_capture: LateCapture | None = None) -> ArchiveVersion:
    """Write down what the case consists of now as its next version. The case is locked."""
    before = record.versions.order_by("number").last()
    manifest = _manifest(case, record, before)
    if late_capture is not None:
        manifest["reason"] = late_capture.session.reason
    return ArchiveVersion.objects.create(
        record=record,
        number=manifest["version"],
        late_capture=late_capture,
        manifest=manifest,
        manifest_sha256=canonical.digest(manifest),
        made_by=by,
        made_at=clock.now(),
    )


def _manifest(case: Case, record: ArchiveRecord, before: ArchiveVersion | None) -> dict[str, Any]:
    """As canonical values (DA/T 46 terms stay with the package issue)."""
    number = 1 if before is None else before.number + 1
    manifest: dict[str, Any] = {
        "archive_number": record.number,
        "case_number": case.number,
        "subtype": case.subtype.code,
        "catalogue": case.catalogue_version,
        "content": folders.content_digest(case),
        "version": number,
        "files": _files(case, number, _names(record)),
    }
    if before is not None:
        manifest["previous"] = before.manifest_sha256
    return manifest


def _files(case: Case, version: int, names: dict[str, str]) -> list[dict[str, Any]]:
    files = []
    for kind in ("case_file", "notice"):
        document = seals.latest_document(case.pk, kind)
        if document is not None:
            # Stamped anew since it was filed, a document has other bytes: they lie beside those of before.
            name = names.get(document.sha256) or (f"{kind}.pdf" if version == 1 else f"{kind}-v{version}.pdf")
            files.append({"name": name, "kind": kind, "sha256": document.sha256, "size": document.size})
    folder = "pages" if version == 1 else f"pages-v{version}"
    for position, placed in enumerate(folders.counting_pages(case), 1):
        files.append(
            {
                "name": names.get(placed.page.sha256) or f"{folder}/{position:03d}-{placed.material.code}.jpg",
                "kind": "page",
                "sha256": placed.page.sha256,
                "size": placed.page.size,
                "original": placed.page.original.sha256,
            }
        )
    return files


def _names(record: ArchiveRecord) -> dict[str, str]:
    """Digest → name of every file so far: a file keeps its name, and no name is ever given again."""
    return {entry["sha256"]: entry["name"] for version in record.versions.all() for entry in version.manifest["files"]}


def changes(version: ArchiveVersion, before: ArchiveVersion) -> tuple[list[str], list[str]]:
    """Digests of the pages `version` has and `before` had not, and of those it no longer has."""
    new, old = (
        [entry["sha256"] for entry in of.manifest["files"] if entry["kind"] == "page"] for of in (version, before)
    )
    return [sha for sha in new if sha not in old], [sha for sha in old if sha not in new]
