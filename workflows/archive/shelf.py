"""The shelf: one readable folder per filed case, with the files the manifests of its versions name."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from capture.sessions import storage
from hukou.kernel import canonical
from workflows.seals import queries as seals

from .models import ArchiveRecord, ArchiveVersion


def folder_of(record: ArchiveRecord) -> Path:
    """Where the files of a filed case lie."""
    root: Path = settings.HUKOU_DATA_DIR
    return root / "archive" / str(record.year) / record.number.replace("·", "_")


def manifest_name(version: ArchiveVersion) -> str:
    """Name of a version's manifest on the shelf."""
    return "manifest.json" if version.number == 1 else f"manifest-v{version.number}.json"


def lay_out(record: ArchiveRecord) -> list[Path]:
    """Put the files of every version into the folder (hard links where the disk allows). Safe to repeat; it mends.

    A later version lies beside the earlier ones and takes nothing of theirs away. A document that was stamped anew
    since it was filed lies beside its filed bytes as well: it is theirs with a newer stamp behind them.
    """
    folder = folder_of(record)
    laid: dict[Path, None] = {}
    for version in record.versions.all():
        for entry in version.manifest["files"]:
            target = folder / entry["name"]
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if target not in laid and not _is(target, entry["sha256"]):
                _link(_stored(entry["kind"], entry["sha256"]), target)
            laid[target] = None
        manifest = folder / manifest_name(version)
        manifest.write_text(json.dumps(version.manifest, ensure_ascii=False, indent=1), encoding="utf-8")
        laid[manifest] = None
    for target, sha256 in _stamped_anew(record, folder):
        if not _is(target, sha256):
            _link(seals.document_path(sha256), target)
        laid[target] = None
    return list(laid)


def _stamped_anew(record: ArchiveRecord, folder: Path) -> Iterator[tuple[Path, str]]:
    """Where the newest bytes of the documents go that were filed under others."""
    newest = max(record.versions.all(), key=lambda version: version.number)
    for entry in newest.manifest["files"]:
        document = None if entry["kind"] == "page" else seals.latest_document(record.case_id, entry["kind"])
        if document is not None and document.sha256 != entry["sha256"]:
            yield folder / f"{entry['kind']}-stamped-anew.pdf", document.sha256


def _stored(kind: str, sha256: str) -> Path:
    return storage.page_path(sha256) if kind == "page" else seals.document_path(sha256)


def _is(path: Path, sha256: str) -> bool:
    """True when the file is there with these bytes."""
    return path.is_file() and canonical.sha256(path.read_bytes()) == sha256


def _link(source: Path, target: Path) -> None:
    """Make `target` the bytes of `source`; it appears whole or not at all, also when two lay out at once."""
    draft = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    try:
        os.link(source, draft)
    except OSError:
        shutil.copy2(source, draft)
    os.replace(draft, target)
    draft.unlink(missing_ok=True)  # renaming a link onto a link of the same file does nothing
