"""Sealed bytes on disk, content-addressed and never rewritten."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from hukou.kernel import canonical

from .errors import StorageRefused, StoredFileDamaged


def path_of(sha256: str) -> Path:
    """Where the bytes of that digest lie."""
    root: Path = settings.HUKOU_DATA_DIR
    return root / "documents" / sha256[:2] / f"{sha256}.pdf"


def put(data: bytes) -> str:
    """Store bytes durably and answer their SHA-256. Storing the same again changes nothing. Raises StorageRefused."""
    sha256 = canonical.sha256(data)
    target = path_of(sha256)
    if target.exists():
        return sha256
    try:
        _write(target, data)
    except OSError as refused:
        raise StorageRefused from refused
    return sha256


def _write(target: Path, data: bytes) -> None:
    """Whole or not at all; a draft that did not become a file is taken away."""
    for folder in (target.parent.parent, target.parent):
        folder.mkdir(exist_ok=True, mode=0o700)  # with parents=True the outer one would get the default mode
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)
    except OSError:
        with suppress(OSError):
            os.unlink(name)
        raise


def read(sha256: str) -> bytes:
    """The stored bytes. Raises FileNotFoundError, and StoredFileDamaged when they are not what was stored."""
    data = path_of(sha256).read_bytes()
    if canonical.sha256(data) != sha256:
        raise StoredFileDamaged(sha256=sha256[:12])
    return data
