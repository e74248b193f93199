"""Is the page fit for the archive? Measures first, then findings by limits that are data.

Each rule answers to a clause of DA/T 31-2017 (`types.CLAUSES`); how the numbers were found: docs/capture-quality.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import cv2
import numpy as np

from . import faces
from .edges import covered, cut_off, fingers
from .geometry import Array
from .types import AT_MOST, LIMITS, Finding, Limits, Measures, Recipe, Settings, Verdict

TILE = 256
"""Sharpness is read on tiles of this size in full resolution: the ones with most print, not the whole page."""
TILES = 8
CONTRAST = 60
"""Least local range (8 bit) of an edge that can tell sharpness: faint pencil is not blur."""
GLARE_SIZE = 360
"""Longer side of the copy reflections are looked for on, pixels."""


def measure(page: Array, small: Array, recipe: Recipe, *, frame: tuple[int, int], skew: float) -> Measures:
    """Measure the finished `page` and its `small` copy (about 1000 pixels), out of a `frame` (width, height)."""
    if recipe.kind == "portrait":
        return _measure_portrait(page)
    gray = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    margin = max(
        2, round(recipe.margin * max(small.shape[:2]) / (max(recipe.width, recipe.height) + 2 * recipe.margin))
    )
    inner = _within(gray, 0.02)
    return Measures(
        sharpness=sharpness(page),
        brightness=_lightness(inner, 0.8),
        longer_side=float(max(recipe.width, recipe.height)),
        glare=_glare(inner),
        ink=_ink(inner),
        colour=_colour(_within(small, 0.02)),
        cut=cut_off(np.array(recipe.corners), *frame),
        covered=covered(small, margin),
        finger=fingers(small, margin),
        skew=abs(skew),
    )


def _measure_portrait(picture: Array) -> Measures:
    """Light and sharpness of the largest face; of the whole picture where there is none or nobody looked."""
    found = faces.find(picture)
    largest = found[0] if found else None
    look = picture if largest is None else largest.cut(picture)
    return Measures(
        sharpness=sharpness(look),
        brightness=_lightness(np.asarray(cv2.cvtColor(look, cv2.COLOR_BGR2GRAY)), 0.6),
        longer_side=float(max(picture.shape[:2])),
        faces=None if found is None else len(found),
        face=0.0 if largest is None else round(largest.height / picture.shape[0], 3),
    )


def judge(measures: Measures, settings: Settings, dpi: float | None = None) -> tuple[Verdict, tuple[Finding, ...]]:
    """What the measures mean for what was asked, with the `dpi` captured where it is known: the worst is the verdict."""
    limits = settings.limits or LIMITS[settings.kind]
    rules = (
        _of_portraits(measures, limits) if settings.kind == "portrait" else _of_pages(measures, limits, settings, dpi)
    )
    findings = tuple(finding for finding in rules if finding is not None)
    return worst(finding.level for finding in findings), findings


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict over several: REFUSE before WARN before PASS."""
    given = set(verdicts)
    return next((verdict for verdict in (Verdict.REFUSE, Verdict.WARN) if verdict in given), Verdict.PASS)


def _of_pages(measures: Measures, limits: Limits, settings: Settings, dpi: float | None) -> Iterator[Finding | None]:
    yield from _light_and_edges(measures, limits, "dark", "blurred")
    yield _held("small", "size", measures.longer_side, limits)
    if dpi is not None:
        yield _held("low_dpi", "dpi", dpi, limits, settings.least_dpi)
    if settings.colour:
        yield _held("grey", "colour", measures.colour, limits)
    yield _held("blank", "ink", measures.ink, limits)
    yield _held("glare", "glare", measures.glare, limits)
    missing = _held("cut", "cut", measures.cut, limits), _held("finger", "finger", measures.finger, limits)
    yield from missing
    if missing == (None, None):  # either takes away a piece of edge too; one word is enough
        yield _held("covered", "covered", measures.covered, limits)
    yield _held("skewed", "skew", measures.skew, limits)


def _of_portraits(measures: Measures, limits: Limits) -> Iterator[Finding | None]:
    """What the network says of faces is a hint and never refuses: it sees some people less well than others."""
    yield from _light_and_edges(measures, limits, "face_dark", "face_blurred")
    yield _held("small", "size", measures.longer_side, limits)
    if measures.faces == 0:
        yield Finding("no_face", Verdict.WARN, 0, 1)
    elif measures.faces is not None:
        if measures.faces > 1:
            yield Finding("several_faces", Verdict.WARN, measures.faces, 1)
        yield _held("face_small", "face", measures.face, limits)


def _light_and_edges(measures: Measures, limits: Limits, too_dark: str, too_soft: str) -> Iterator[Finding | None]:
    dark = _held(too_dark, "brightness", measures.brightness, limits)
    yield dark
    if measures.sharpness is not None and (dark is None or dark.level is not Verdict.REFUSE):
        yield _held(too_soft, "sharpness", measures.sharpness, limits)


def _held(code: str, rule: str, value: float, limits: Limits, unit: float = 1.0) -> Finding | None:
    """The finding when `value` is beyond the limits of `rule`, which are given in multiples of `unit`."""
    warn, refuse = (limit * unit for limit in getattr(limits, rule))
    sign = 1 if rule in AT_MOST else -1
    if sign * value > sign * refuse:
        return Finding(code, Verdict.REFUSE, value, refuse)
    return Finding(code, Verdict.WARN, value, warn) if sign * value > sign * warn else None


def _within(image: Array, share: float) -> Array:
    y, x = max(1, round(share * image.shape[0])), max(1, round(share * image.shape[1]))
    return image[y:-y, x:-x]


def _lightness(gray: Array, share: float) -> float:
    """The lightness that `share` of the pixels stay under: that of the paper, whatever is printed on it."""
    counts = np.cumsum(np.bincount(gray.reshape(-1), minlength=256))
    return float(np.searchsorted(counts, share * counts[-1]))


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
    scale = min(1.0, GLARE_SIZE / max(gray.shape))
    coarse = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    background = cv2.medianBlur(cv2.dilate(coarse, np.ones((3, 3), np.uint8)), 5)
    burnt = max(249.0, 1.1 * _lightness(coarse, 0.5))
    return round(float((background > burnt).mean()), 4)


def _ink(gray: Array) -> float:
    """Share of the page darker than its surroundings."""
    marks = cv2.adaptiveThreshold(gray, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 22)
    return round(float(marks.mean()), 5)


def _colour(page: Array) -> float:
    """Chroma of the most coloured thousandth of the page against its paper; a yellow lamp colours paper and print alike."""
    lab = cv2.cvtColor(np.ascontiguousarray(page[::3, ::3]), cv2.COLOR_BGR2LAB)
    coloured = lab[..., 1:].reshape(-1, 2).astype(np.float32)
    away = coloured - np.median(coloured, axis=0)
    return round(float(np.quantile(np.hypot(away[:, 0], away[:, 1]), 0.999)), 1)
