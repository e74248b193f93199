"""Is the print level? Lines of text make the sharpest row histogram when they are."""

from __future__ import annotations

import cv2
import numpy as np

from .geometry import Array

WIDEST = 4.0
"""Degrees searched either way; after straightening by corners print is off by 0.15° at most unless it is set askew."""
MOST_INK = 20_000
"""Ink pixels looked at; more change nothing but the time."""
CLEAR = 3.0
"""How much sharper the best angle must be than the typical one: print reaches 3 to 30, handwriting 1.4 to 1.8."""


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
    down, across = y[::stride].astype(np.float32), x[::stride].astype(np.float32) - ink.shape[1] / 2

    def sharpness(angle: float) -> float:
        turned = down * np.cos(np.radians(angle)) - across * np.sin(np.radians(angle))
        rows = np.bincount((turned - turned.min()).astype(np.int32)).astype(np.float64)
        return float((np.diff(rows) ** 2).sum())

    coarse = np.arange(-WIDEST, WIDEST + 0.01, 0.5)
    scores = np.array([sharpness(angle) for angle in coarse])
    best = float(coarse[int(np.argmax(scores))])
    fine = best + np.arange(-0.5, 0.51, 0.05)
    fine_scores = [sharpness(angle) for angle in fine]
    if max(fine_scores) < CLEAR * float(np.median(scores)):
        return 0.0
    return round(float(fine[int(np.argmax(fine_scores))]), 2) + 0.0
