"""Quadrilaterals: a page seen by a camera is four corners, top-left first, clockwise on the screen."""

from __future__ import annotations

from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
"""An image (height × width × 3, BGR, 8 bit) or a table of numbers; which one the name says."""

Corners: TypeAlias = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]
"""Top-left, top-right, bottom-right, bottom-left as (x, y) in pixels of the picture as it is shown (EXIF turn applied)."""


def as_corners(quad: Array) -> Corners:
    """Four points as plain rounded numbers (0.01 pixel), ready for JSON."""
    tl, tr, br, bl = ((round(float(x), 2), round(float(y), 2)) for x, y in quad)
    return tl, tr, br, bl


def ordered(points: Array) -> Array:
    """Four points in any order as top-left, top-right, bottom-right, bottom-left.

    Clockwise around the centre; the first is the one from which the two adjoining sides lead most nearly right
    and down, so that a page lying askew by less than 45° keeps its top.
    """
    quad = np.asarray(points, np.float64).reshape(4, 2)
    offset = quad - quad.mean(0)
    quad = quad[np.argsort(np.arctan2(offset[:, 1], offset[:, 0]), kind="stable")]

    def levelness(start: int) -> float:
        turned = np.roll(quad, -start, 0)
        across, along = turned[1] - turned[0] + turned[2] - turned[3], turned[3] - turned[0] + turned[2] - turned[1]
        return float(across[0] / np.hypot(*across) + along[1] / np.hypot(*along))

    return np.roll(quad, -max(range(4), key=levelness), 0)


def area(quad: Array) -> float:
    """Area in square pixels, positive for either direction of travel."""
    x, y = quad[:, 0], quad[:, 1]
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)


def is_convex(quad: Array, sharpest: float = 25.0) -> bool:
    """True when no corner turns inward or is sharper than `sharpest` degrees."""
    ahead, behind = np.roll(quad, -1, 0) - quad, np.roll(quad, 1, 0) - quad
    cross = ahead[:, 0] * behind[:, 1] - ahead[:, 1] * behind[:, 0]
    lengths = np.hypot(*ahead.T) * np.hypot(*behind.T)
    if lengths.min() < 1e-6 or not (np.all(cross > 0) or np.all(cross < 0)):
        return False
    return bool(np.abs(cross / lengths).min() >= np.sin(np.radians(sharpest)))


def overlap(one: Array, other: Array) -> float:
    """Intersection over union of two convex quadrilaterals, 0 to 1."""
    shared, _ = cv2.intersectConvexConvex(one.astype(np.float32), other.astype(np.float32))
    union = area(one) + area(other) - shared
    return float(shared / union) if union > 0 else 0.0


def intersection(p: Array, u: Array, q: Array, v: Array) -> Array | None:
    """Where the line through `p` along `u` meets the line through `q` along `v`; None when they run parallel."""
    cross = u[0] * v[1] - u[1] * v[0]
    if abs(cross) < 1e-9:
        return None
    return np.asarray(p + u * ((q - p)[0] * v[1] - (q - p)[1] * v[0]) / cross)
