"""Is the print level? Lines of text make the sharpest row histogram when they are."""

from __future__ import annotations

import cv2
import numpy as np

from .geometry import Array

WIDEST = 8.0
"""Degrees searched either way; after straightening by corners print is off by 0.15° at most unless it is set askew."""
MOST_INK = 20_000
"""Ink pixels looked at; more change nothing but the time. A first look makes do with a quarter."""
CLEAR = 4.0
"""How much sharper the best angle must be than the typical one: print reaches 5 to 170, handwriting 1.8 to 3.3."""


def skew_of(gray: Array) -> float:
    """Degrees by which the print must be turned counter-clockwise to be level; 0 where no lines are clear.

    `gray` is the straightened page, at most about 1000 pixels long.
    """
    ink = cv2.adaptiveThreshold(gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 15)
    rim_y, rim_x = max(1, round(0.04 * ink.shape[0])), max(1, round(0.04 * ink.shape[1]))
    y, x = np.nonzero(ink[rim_y:-rim_y, rim_x:-rim_x])
    if len(x) < 400:
        return 0.0
    stride = max(1, len(x) // MOST_INK)
    points = np.stack([y[::stride], x[::stride] - ink.shape[1] / 2]).astype(np.float32)
    coarse = np.arange(-WIDEST, WIDEST + 0.01, 0.5)
    scores = [_sharpness(points[:, ::4], angle) for angle in coarse]
    best = float(coarse[int(np.argmax(scores))])
    typical = float(coarse[np.argsort(scores, kind="stable")[len(scores) // 2]])
    fine = best + np.arange(-0.5, 0.51, 0.05)
    fine_scores = [_sharpness(points, angle) for angle in fine]
    if max(fine_scores) < CLEAR * _sharpness(points, typical):
        return 0.0
    return round(float(fine[int(np.argmax(fine_scores))]), 2) + 0.0


def _sharpness(points: Array, angle: float) -> float:
    """How much the ink of neighbouring rows differs when the page is turned by `angle` degrees."""
    turned = points[0] * np.cos(np.radians(angle)) - points[1] * np.sin(np.radians(angle))
    rows = np.bincount((turned - turned.min()).astype(np.int32)).astype(np.float64)
    return float((np.diff(rows) ** 2).sum())
