"""Bytes on disk under the name of their own SHA-256: originals as the device gave them, pages made of them.

A file is written beside its place and renamed into it, so that a reader sees all of it or nothing, and a power cut
leaves either the old state or the new. What is there is never written again.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import Literal, get_args

from django.conf import settings

from .errors import FileDamaged, FileMissing

Kind = Literal["originals", "pages", "thumbs", "screens", "inks", "letters"]
"""`thumbs` and `screens` are smaller copies named after the page they show, not by their own content; they can be made again."""

_HEX = re.compile(r"[0-9a-f]{64}")


def original_path(sha256: str) -> Path:
    """Where an original with this digest lies, or would."""
    return path_of("originals", sha256)


def page_path(sha256: str) -> Path:
    """Where a derived page with this digest lies, or would."""
    return path_of("pages", sha256)


def path_of(kind: Kind, sha256: str) -> Path:
    """Place of a file: `<data>/<kind>/ab/cd/abcd….`; ValueError for anything that is not a SHA-256 in lower-case hex."""
    if kind not in get_args(Kind) or not _HEX.fullmatch(sha256):
        raise ValueError("not a kind of file, or not a SHA-256")
    return Path(settings.HUKOU_DATA_DIR) / kind / sha256[:2] / sha256[2:4] / sha256


def put(kind: Kind, data: bytes) -> str:
    """Store bytes durably and answer their SHA-256. Storing the same bytes twice is one file."""
    sha256 = hashlib.sha256(data).hexdigest()
    place(path_of(kind, sha256), data)
    return sha256


def place(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Write `data` at `path` unless it is there: complete or absent, readable by the owner only.

    `durable`: wait until the disk has it; not for what can be made again.
    """
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, beside = tempfile.mkstemp(dir=path.parent, prefix=".arriving-")  # made with mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    for folder in (path.parent, path.parent.parent, path.parent.parent.parent) if durable else ():
        _sync(folder)


def read(kind: Kind, sha256: str, *, verify: bool = True) -> bytes:
    """Stored bytes. Raises FileMissing, and FileDamaged when they no longer have their digest (`verify`)."""
    try:
        data = path_of(kind, sha256).read_bytes()
    except FileNotFoundError as exc:
        raise FileMissing(sha256=sha256) from exc
    if verify and kind in ("originals", "pages", "letters") and hashlib.sha256(data).hexdigest() != sha256:
        raise FileDamaged(sha256=sha256)
    return data


def _sync(folder: Path) -> None:
    """Make a new name in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
