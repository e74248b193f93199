"""Are two pages pictures of the same sheet? Their ink tells, not their looks.

The same form filled in for another person looks the same to any picture hash. Here the ink of one page is laid upon the
other, and what finds no ink under it counts: nearly nothing for the same sheet however it was lit and laid, at least a
word for another. Measured on 141 pairs of typeset papers in other light,
sharpness, size and on other desks: the same sheet up to 0.001, another person's from 0.038; small print seen once
with 8 and once with 5 megapixels up to 0.007.
"""

from __future__ import annotations

import struct
import zlib
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np

from .geometry import Array

LONGER = 1400
"""Pixels of the longer side pages are compared at: 120 dpi on A4, 400 on a card."""
DARK, GREY = 30, 11
"""How much darker than its surroundings (8 bit, on paper as light as PAPER) ink is that counts, and ink that may lie
under it. Two levels, because tinted patterns come and go with the light."""
PAPER = 235
SURROUNDINGS = 41
"""Pixels across; a pen stroke is 3, a stamp's rim 8."""
RIM = 0.03
"""Share left out at each edge: there lies the desk, and the shadow of the sheet."""
BLOCKS = (8, 6)
"""Pieces along the longer and the shorter side that are fitted by themselves: paper bends."""
REACH = 8
"""How far a piece may be moved, pixels: 1.7 mm on A4."""
WORD = 36
"""Side of the window in which missing ink is counted, pixels: two characters of print."""
SAME = 0.012
"""Below this difference two pages are the same sheet."""
ENOUGH = 400
"""Ink pixels a page must have to be compared: blank backs are all alike."""
ALIKE = 0.5
"""Correlation of where ink lies, coarsely, below which nobody needs to look closer."""
_HEADER = struct.Struct("<2sHH")
_MARK = b"i1"


class Ink(NamedTuple):
    """Where a page is inked, as masks of 0 and 255."""

    dark: Array
    grey: Array


def ink(page: Array) -> bytes:
    """The ink of a finished page (BGR, upright), packed: 10 to 60 kB, to be kept and handed to `difference`."""
    gray = cv2.cvtColor(page, cv2.COLOR_BGR2GRAY)
    scale = LONGER / max(gray.shape)
    size = (max(8, round(gray.shape[1] * scale)), max(8, round(gray.shape[0] * scale)))
    small = cv2.resize(gray, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    lightness = float(np.quantile(small[::8, ::8], 0.8)) / PAPER
    darker = cv2.subtract(cv2.blur(small, (SURROUNDINGS, SURROUNDINGS)), small)
    y, x = max(1, round(RIM * size[1])), max(1, round(RIM * size[0]))
    inner = darker[y:-y, x:-x]
    planes = [np.packbits(inner > max(2.0, level * lightness)) for level in (DARK, GREY)]
    packed = zlib.compress(b"".join(plane.tobytes() for plane in planes), 1)
    return _HEADER.pack(_MARK, inner.shape[1], inner.shape[0]) + packed


def difference(one: bytes, other: bytes) -> float:
    """How far two pages differ, 0 to 1: the greatest share of a word's place inked on one and not on the other.

    Under `SAME` they are one sheet. 1.0 where there is nothing to compare: other proportions, or hardly any ink.
    Raises ValueError for bytes that `ink` did not make.
    """
    first, second = _unpacked(one), _unpacked(other)
    if not _comparable(first, second):
        return 1.0
    shape = first.dark.shape[::-1]
    second = Ink(*(np.asarray(cv2.resize(plane, shape, interpolation=cv2.INTER_NEAREST)) for plane in second))
    return round(max(_missing(first.dark, second.grey), _missing(second.dark, first.grey)), 4)


def _comparable(first: Ink, second: Ink) -> bool:
    if min(cv2.countNonZero(first.dark), cv2.countNonZero(second.dark)) < ENOUGH:
        return False
    proportions = [plane.shape[0] / plane.shape[1] for plane in (first.dark, second.dark)]
    if max(proportions) > 1.06 * min(proportions):
        return False
    coarse = [
        cv2.blur(cv2.resize(plane, (48, 48), interpolation=cv2.INTER_AREA), (3, 3))
        for plane in (first.dark, second.dark)
    ]
    return float(np.corrcoef(coarse[0].ravel(), coarse[1].ravel())[0, 1]) > ALIKE


def _missing(dark: Array, under: Array) -> float:
    """The greatest share of a word-sized window inked in `dark` with nothing of `under` within 3 pixels."""
    near = cv2.dilate(_fitted(dark, under), np.ones((7, 7), np.uint8))
    alone = cv2.bitwise_and(dark, cv2.bitwise_not(near))
    return float(cv2.boxFilter(alone, cv2.CV_32F, (WORD, WORD)).max()) / 255


def _fitted(dark: Array, under: Array) -> Array:
    """`under`, every block of it moved to where it covers most of `dark`."""
    padded = cv2.copyMakeBorder(under, REACH, REACH, REACH, REACH, cv2.BORDER_CONSTANT)
    height, width = dark.shape
    down, across = BLOCKS if height >= width else BLOCKS[::-1]
    rows, columns = np.linspace(0, height, down + 1, dtype=int), np.linspace(0, width, across + 1, dtype=int)
    fitted = np.zeros_like(under)
    for top, bottom in pairwise(rows):
        for left, right in pairwise(columns):
            place = padded[top : bottom + 2 * REACH, left : right + 2 * REACH]
            found = cv2.matchTemplate(place, dark[top:bottom, left:right], cv2.TM_CCORR)
            dx, dy = cv2.minMaxLoc(found)[3] if found.any() else (REACH, REACH)
            fitted[top:bottom, left:right] = place[dy : dy + bottom - top, dx : dx + right - left]
    return fitted


def _unpacked(kept: bytes) -> Ink:
    try:
        mark, width, height = _HEADER.unpack_from(kept)
        planes = zlib.decompress(kept[_HEADER.size :])
    except (struct.error, zlib.error) as cause:
        raise ValueError("these bytes are not the ink of a page") from cause
    length = -(-width * height // 8)
    if mark != _MARK or len(planes) != 2 * length:
        raise ValueError("these bytes are not the ink of a page")
    bits = [
        np.unpackbits(np.frombuffer(planes[at : at + length], np.uint8), count=width * height) for at in (0, length)
    ]
    return Ink(*(bit.reshape(height, width) * np.uint8(255) for bit in bits))
