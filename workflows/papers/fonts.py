"""Which characters the shipped fonts can show, and what stands on paper for one they cannot.

Rare characters (生僻字) are everyday matter in a household register. A form must neither fail on one nor drop it.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from fontTools.ttLib import TTFont
from pylopdf_fonts_zh_cn import sans_path, serif_path

STAND_IN = "〓"
"""GB/T 2312 01-94, the printers' mark for a missing character."""


@lru_cache(maxsize=1)
def _shown() -> frozenset[int]:
    """Characters every one of our fonts has."""
    with TTFont(str(serif_path()), lazy=True) as serif, TTFont(str(sans_path()), lazy=True) as sans:
        return frozenset(serif.getBestCmap()) & frozenset(sans.getBestCmap())


def printable(text: str) -> str:
    """`text` as it can be printed: a character the fonts lack becomes 〓 with its code, e.g. 〓(U+20BB7)."""
    return "".join(_as_printed(character) for character in text)


def _as_printed(character: str) -> str:
    if character in "\n\t" or ord(character) in _shown():
        return character
    if unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp"):
        return " " if character.isspace() else ""
    return f"{STAND_IN}(U+{ord(character):04X})"
