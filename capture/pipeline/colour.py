"""The colours a camera gives: of the empty mat under it, of a grey card, and whether its levels are those it saw.

Trap: a browser may take a camera's full-range picture (0 to 255) for limited range (16 to 235) and stretch it. Light
and dark ends are then lost for ever; nothing later can bring them back, so it is looked for here.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from .geometry import Array

WORKING_SIZE = 500
"""Longer side of the copy on which surfaces are fitted, pixels."""
STRANGE = 12.0
"""Distance from the mat's surface, in 8-bit Lab, of what does not belong to it."""
EMPTY = 0.04
"""Share of the picture that may be strange on an empty mat: a lamp's reflection, a mark."""
CARD = 0.2
"""Share of width and height, around the middle, that is read of the grey card."""
LEVELS = (70.0, 190.0)
"""Lightness (8 bit) in which a grey card is well exposed; a card of 18 % stands near 118."""
STEADY = 12.0
"""Greatest deviation, in levels, over the card: more, and it is not a plain card."""
STRONGEST = 1.6
"""Greatest gain a channel may need; beyond that the light is not white light."""
LOST = 0.02
"""Share of pixels at 0 or 255 that a well-exposed picture of the sheet may have."""


class NotEven(ValueError):
    """The picture shows something else. `reason`: `mat_not_empty`, `not_a_card`, `too_dark`, `too_light`, `coloured_light`."""

    def __init__(self, reason: str, measure: float, limit: float) -> None:
        self.reason, self.measure, self.limit = reason, measure, limit
        super().__init__(reason)


@dataclass(frozen=True)
class Grey:
    """What the grey card says."""

    gains: tuple[float, float, float]
    """For blue, green and red: times these, the card is grey and as light as before."""
    level: float
    """Lightness of the card, 0 to 255."""


def mat_surface(image: Array) -> tuple[float, ...]:
    """The empty mat as a quadratic surface in 8-bit Lab: six terms (1, x, y, x², xy, y²) of three numbers each.

    x and y run from -1 to 1 over the picture. Robust against a lamp mirrored in it. Raises NotEven (`mat_not_empty`).
    """
    scale = min(1.0, WORKING_SIZE / max(image.shape[:2]))
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small, cv2.COLOR_BGR2LAB).reshape(-1, 3).astype(np.float64)
    height, width = small.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], -1).reshape(-1, 6)
    weight = np.ones(len(terms))
    for _ in range(8):
        weighted = terms * weight[:, None]
        surface = np.linalg.lstsq(weighted.T @ terms, weighted.T @ lab, rcond=None)[0]
        residual = np.linalg.norm(lab - terms @ surface, axis=1)
        spread = max(1.5, 1.48 * float(np.median(residual)))
        weight = 1 / (1 + (residual / (2 * spread)) ** 4)
    strange = float((residual > STRANGE).mean())
    if strange > EMPTY:
        raise NotEven("mat_not_empty", strange, EMPTY)
    return tuple(round(float(value), 4) for value in surface.ravel())


def grey_gains(image: Array) -> Grey:
    """What makes the grey card in the middle of the picture grey. Raises NotEven."""
    height, width = image.shape[:2]
    reach_y, reach_x = round(CARD * height / 2), round(CARD * width / 2)
    card = image[height // 2 - reach_y : height // 2 + reach_y, width // 2 - reach_x : width // 2 + reach_x]
    card = cv2.GaussianBlur(card, (0, 0), 3).reshape(-1, 3).astype(np.float64)  # the sensor's noise is not the card's
    blue, green, red = (float(value) for value in np.median(card, 0))
    deviation = float(card.std(0).max())
    level = 0.114 * blue + 0.587 * green + 0.299 * red
    if deviation > STEADY:
        raise NotEven("not_a_card", deviation, STEADY)
    if level < LEVELS[0]:
        raise NotEven("too_dark", level, LEVELS[0])
    if level > LEVELS[1]:
        raise NotEven("too_light", level, LEVELS[1])
    gains = (level / max(blue, 1.0), level / max(green, 1.0), level / max(red, 1.0))
    strongest = max(*gains, 1 / min(gains))
    if strongest > STRONGEST:
        raise NotEven("coloured_light", strongest, STRONGEST)
    return Grey((round(gains[0], 4), round(gains[1], 4), round(gains[2], 4)), round(level, 1))


def lost_levels(board: Array) -> str:
    """What a picture of the black and white board says of the camera's levels: "" when all is well.

    `stretched`: both ends are cut off, as when full range is taken for limited range; `overexposed`: only the light end.
    Printed black reflects some 5 % of the light: a camera sees it well above 0.
    """
    gray = cv2.cvtColor(board, cv2.COLOR_BGR2GRAY)
    white, black = float((gray >= 254).mean()), float((gray <= 1).mean())
    if white > LOST and black > LOST:
        return "stretched"
    return "overexposed" if white > LOST else ""
