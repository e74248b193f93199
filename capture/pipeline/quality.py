"""Is the page fit for the archive? Measures first, then findings by limits that are data.

Rules follow DA/T 31-2017 (legible, whole, not skewed, no lost corner); the numbers were measured on graded series.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import cv2
import numpy as np

from .geometry import Array
from .types import Finding, Kind, Limits, Measures, Recipe, Verdict

TILE = 256
"""Sharpness is read on tiles of this size in full resolution: the ones with most print, not the whole page."""
TILES = 12
CONTRAST = 60
"""Least local range (8 bit) of an edge that can tell sharpness: faint pencil is not blur."""


def measure(page: Array, small: Array, recipe: Recipe, *, frame: tuple[int, int], skew: float) -> Measures:
    """Measure the finished `page` and its `small` copy (about 1000 pixels), out of a `frame` (width, height)."""
    gray = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    inner = _within(gray, 0.02) if recipe.kind == "page" else gray
    brightness = float(np.quantile(inner, 0.8 if recipe.kind == "page" else 0.6))
    return Measures(
        sharpness=sharpness(page),
        glare=_glare(inner) if recipe.kind == "page" else 0.0,
        brightness=round(brightness, 1),
        ink=_ink(inner),
        cut=_cut(np.array(recipe.corners), *frame) if recipe.kind == "page" else 0.0,
        skew=abs(skew),
        longer_side=float(max(recipe.width, recipe.height)),
    )


def judge(measures: Measures, limits: Limits, kind: Kind) -> tuple[Verdict, tuple[Finding, ...]]:
    """What the measures mean: the worst finding is the verdict."""
    findings = tuple(_findings(measures, limits, kind))
    return worst(finding.level for finding in findings), findings


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict over several: REFUSE before WARN before PASS."""
    given = set(verdicts)
    return next((verdict for verdict in (Verdict.REFUSE, Verdict.WARN) if verdict in given), Verdict.PASS)


def _findings(measures: Measures, limits: Limits, kind: Kind) -> Iterator[Finding]:
    dark = _too_little("dark", measures.brightness, limits.brightness)
    yield from dark
    if measures.sharpness is not None and not any(finding.level is Verdict.REFUSE for finding in dark):
        yield from _too_little("blurred", measures.sharpness, limits.sharpness)
    yield from _too_little("small", measures.longer_side, limits.size)
    if kind == "page":
        yield from _too_little("blank", measures.ink, limits.ink)
        yield from _too_much("glare", measures.glare, limits.glare)
        yield from _too_much("cut", measures.cut, limits.cut)
        yield from _too_much("skewed", measures.skew, limits.skew)


def _too_little(code: str, value: float, limit: tuple[float, float]) -> list[Finding]:
    warn, refuse = limit
    if value < refuse:
        return [Finding(code, Verdict.REFUSE, value, refuse)]
    return [Finding(code, Verdict.WARN, value, warn)] if value < warn else []


def _too_much(code: str, value: float, limit: tuple[float, float]) -> list[Finding]:
    warn, refuse = limit
    if value > refuse:
        return [Finding(code, Verdict.REFUSE, value, refuse)]
    return [Finding(code, Verdict.WARN, value, warn)] if value > warn else []


def _within(image: Array, share: float) -> Array:
    y, x = max(1, round(share * image.shape[0])), max(1, round(share * image.shape[1]))
    return image[y:-y, x:-x]


def _cut(corners: Array, width: int, height: int) -> float:
    """How far the page runs out of the picture, as a share of the longer side; 1 when a whole side is lost.

    A side that lies on the picture's own border is lost: the paper's edge was never seen.
    """
    longer = max(width, height)
    beyond = np.stack([-corners[:, 0], -corners[:, 1], corners[:, 0] - width + 1, corners[:, 1] - height + 1], 1)
    touching = beyond > -0.004 * longer
    if (touching & np.roll(touching, -1, 0)).any():
        return 1.0
    return round(max(0.0, float(beyond.max())) / longer, 4)


def sharpness(page: Array) -> float | None:
    """How fast edges rise: the 95th percentile of slope over local range, per pixel. None without edges.

    Slope alone would call a page with little print blurred; divided by the range of its surroundings it says the same
    of a form, a certificate and a card.
    """
    gray = cv2.cvtColor(page, cv2.COLOR_BGR2GRAY)
    slopes = []
    for tile in _busiest(gray):
        horizontal, vertical = cv2.Sobel(tile, cv2.CV_32F, 1, 0), cv2.Sobel(tile, cv2.CV_32F, 0, 1)
        slope = cv2.magnitude(horizontal, vertical) / 8
        kernel = np.ones((9, 9), np.uint8)
        reach = cv2.subtract(cv2.dilate(tile, kernel), cv2.erode(tile, kernel)).astype(np.float32)
        edges = reach > CONTRAST
        if edges.sum() > 200:
            slopes.append(slope[edges] / reach[edges])
    if not slopes:
        return None
    return round(float(np.quantile(np.concatenate(slopes), 0.95)), 4)


def _busiest(gray: Array) -> list[Array]:
    """The tiles with most print, the rim of the page left out: its edge against the desk is not print."""
    rim = round(0.03 * max(gray.shape))
    inner = gray[rim:-rim, rim:-rim] if min(gray.shape) > 4 * rim else gray
    rows, columns = max(1, inner.shape[0] // TILE), max(1, inner.shape[1] // TILE)
    tiles = [inner[r * TILE : (r + 1) * TILE, c * TILE : (c + 1) * TILE] for r in range(rows) for c in range(columns)]
    busy = [float(cv2.meanStdDev(np.ascontiguousarray(tile[::4, ::4]))[1][0, 0]) for tile in tiles]
    return [np.ascontiguousarray(tiles[index]) for index in np.argsort(-np.array(busy), kind="stable")[:TILES]]


def _glare(gray: Array) -> float:
    """Share of the page that is burnt out and clearly lighter than the paper around it."""
    paper = float(np.median(gray))
    background = cv2.medianBlur(cv2.dilate(gray, np.ones((7, 7), np.uint8)), 15)
    return round(float(np.mean((background >= 250) & (background > 1.1 * paper))), 4)


def _ink(gray: Array) -> float:
    """Share of the page darker than its surroundings."""
    marks = cv2.adaptiveThreshold(gray, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 22)
    return round(float(marks.mean()), 5)
