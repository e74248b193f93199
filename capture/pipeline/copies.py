"""Smaller copies of an archive page, for slots, lists and screens: whoever looks at a thumbnail loads a thumbnail."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from .geometry import Array

QUALITY = 82
"""JPEG quality of copies; they are looked at, never kept as evidence."""


def smaller(jpeg: bytes, longest: Sequence[int], side: int = 0) -> list[bytes]:
    """JPEG copies of a page, each with its longer side at most so many pixels, in the order asked for.

    `side`: the page's own longer side, where it is known; then the JPEG decoder itself leaves out what no copy needs.
    Each copy is made of the next larger one; a page that is small already is never enlarged.
    Raises ValueError when `jpeg` is no picture.
    """
    if not longest:
        return []
    made: dict[int, bytes] = {}
    pixels = _decoded(jpeg, max(longest), side)
    for asked in sorted(set(longest), reverse=True):
        pixels = _scaled(pixels, asked)
        made[asked] = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes()
    return [made[asked] for asked in longest]


def _decoded(jpeg: bytes, needed: int, side: int) -> Array:
    reductions = ((4, cv2.IMREAD_REDUCED_COLOR_4), (2, cv2.IMREAD_REDUCED_COLOR_2))
    how = next((flag for divisor, flag in reductions if side >= needed * divisor), cv2.IMREAD_COLOR_BGR)
    image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), how)
    if image is None:
        raise ValueError("not a picture")
    return np.asarray(image)


def _scaled(pixels: Array, longest: int) -> Array:
    scale = longest / max(pixels.shape[:2])
    if scale >= 1:
        return pixels
    height, width = (max(1, round(side * scale)) for side in pixels.shape[:2])
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA))
