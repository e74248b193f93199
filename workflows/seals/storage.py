"""Sealed bytes on disk, content-addressed and never rewritten."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from django.conf import settings

from hukou.kernel import canonical


def path_of(sha256: str) -> Path:
    """Where the bytes of that digest lie."""
    root: Path = settings.HUKOU_DATA_DIR
    return root / "documents" / sha256[:2] / f"{sha256}.pdf"


def put(data: bytes) -> str:
    """Store bytes durably and answer their SHA-256. Storing the same again changes nothing."""
    sha256 = canonical.sha256(data)
    target = path_of(sha256)
    if target.exists():
        return sha256
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(name, target)
    return sha256


def read(sha256: str) -> bytes:
    """The stored bytes. Raises FileNotFoundError."""
    return path_of(sha256).read_bytes()
