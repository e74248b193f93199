"""Is a page a picture of a sheet that was captured before? Compared by the ink kept beside each page."""

from __future__ import annotations

from collections.abc import Iterable

from capture.pipeline.duplicates import SAME, difference

from . import storage


def nearest(sha256: str, others: Iterable[str]) -> tuple[float, float] | None:
    """Difference to the first of `others` (digests of pages) that shows the same sheet, and the limit; None for none.

    Pages whose ink was not kept are passed over: it is a hint for the clerk, never a proof.
    """
    mine = _ink(sha256)
    if not mine:
        return None
    for other in others:
        ink = _ink(other)
        if ink and other != sha256 and (apart := difference(mine, ink)) < SAME:
            return apart, SAME
    return None


def _ink(sha256: str) -> bytes:
    try:
        return storage.path_of("inks", sha256).read_bytes()
    except FileNotFoundError:
        return b""
