"""Smaller copies of pages for slots, lists and screens, kept beside them and made once, with the page itself."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from capture.pipeline.copies import smaller

from . import storage

Size = Literal["thumb", "screen"]
LONGEST: dict[Size, int] = {"thumb": 320, "screen": 1400}
"""Longer side, pixels: a slot or list; a whole page on an ordinary screen."""
SIDES = tuple(LONGEST.values())
_KIND: dict[Size, storage.Kind] = {"thumb": "thumbs", "screen": "screens"}
_END_OF_JPEG = b"\xff\xd9"


def keep(sha256: str, copies: tuple[bytes, ...]) -> None:
    """Store the copies of the page with this digest, in the order of SIDES."""
    for size, data in zip(LONGEST, copies, strict=True):
        storage.place(_path(sha256, size), data, durable=False)


def read(sha256: str, size: Size) -> bytes:
    """The copy of a page. Made now if it is not there, or not whole since the power failed. Raises FileMissing, FileDamaged."""
    try:
        data = _path(sha256, size).read_bytes()
    except FileNotFoundError:
        data = b""
    if not data.endswith(_END_OF_JPEG):
        _path(sha256, size).unlink(missing_ok=True)
        keep(sha256, tuple(smaller(storage.read("pages", sha256), SIDES)))
        data = _path(sha256, size).read_bytes()
    return data


def _path(sha256: str, size: Size) -> Path:
    return storage.path_of(_KIND[size], sha256)
