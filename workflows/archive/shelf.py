"""The shelf: one readable folder per filed case, with the files its manifest names."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from django.conf import settings

from capture.sessions import storage
from hukou.kernel import canonical
from workflows.seals import queries as seals

from .models import ArchiveRecord


def folder_of(record: ArchiveRecord) -> Path:
    """Where the files of a filed case lie."""
    root: Path = settings.HUKOU_DATA_DIR
    return root / "archive" / str(record.year) / record.number.replace("·", "_")


def lay_out(record: ArchiveRecord) -> list[Path]:
    """Put the files of the manifest into the folder (hard links where the disk allows). Safe to repeat; it mends."""
    folder = folder_of(record)
    (folder / "pages").mkdir(parents=True, exist_ok=True, mode=0o700)
    laid = []
    for entry in record.manifest["files"]:
        source = _stored(entry["kind"], entry["sha256"])
        target = folder / entry["name"]
        if not _is(target, entry["sha256"]):
            target.unlink(missing_ok=True)
            _link(source, target)
        laid.append(target)
    manifest = folder / "manifest.json"
    manifest.write_text(json.dumps(record.manifest, ensure_ascii=False, indent=1), encoding="utf-8")
    return [*laid, manifest]


def _stored(kind: str, sha256: str) -> Path:
    return storage.page_path(sha256) if kind == "page" else seals.document_path(sha256)


def _is(path: Path, sha256: str) -> bool:
    """True when the file is there with these bytes."""
    return path.is_file() and canonical.sha256(path.read_bytes()) == sha256


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
