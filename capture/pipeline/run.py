"""The whole way of one photograph: decode → find → straighten → level → judge → encode."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import cv2
import numpy as np

from .decode import decode
from .deskew import skew_of
from .duplicates import ink
from .find import find_pages
from .geometry import Array, Corners, as_corners, is_convex
from .lens import lens_of
from .orientation import upright
from .quality import judge, measure, worst
from .resolution import captured_dpi
from .types import CaptureResult, DerivedPage, Finding, PageResult, Picture, Recipe, Settings, Verdict
from .warp import MARGIN, true_size, turned, warp

PIPELINE_VERSION = "2026.2"
"""Changes whenever the same photograph and recipe would give other bytes; OpenCV's own version is part of that."""
JPEG_QUALITY = 90
PREVIEW = 1000
"""Longer side of the small copy on which level, light and ink are measured, pixels."""
LEVELLED = (0.1, 2.5)
"""Degrees of skew that are corrected: less is not worth a word, more is how the form was printed."""

cv2.setNumThreads(2)  # a page is made while a clerk waits; several at once share the cores by themselves


def process(image_bytes: bytes, settings: Settings | None = None) -> CaptureResult:
    """Make an archive page of a photograph.

    Raises `capture.pipeline.errors.Unreadable` when the bytes are no whole picture, ValueError when given corners
    are no quadrilateral. A picture without a page is a result, not an error: it has no `pages`.
    """
    settings = settings or Settings()
    stages: dict[str, float] = {}
    with _timed(stages, "decode"):
        image, media_type = decode(image_bytes)
    height, width = image.shape[:2]
    with _timed(stages, "digest"):
        sha256 = hashlib.sha256(image_bytes).hexdigest()
    picture = Picture(sha256, len(image_bytes), media_type, width, height)
    with _timed(stages, "find"):
        places = _places(image, settings)
    if not places:
        missing = Finding("no_page", Verdict.REFUSE, 0, 0)
        return CaptureResult(picture, (), Verdict.REFUSE, (missing,), stages)
    pages = tuple(_page(image, corners, score, settings, stages) for corners, score in places)
    return CaptureResult(picture, pages, worst(page.verdict for page in pages), (), stages)


def _page(image: Array, corners: Corners, score: float, settings: Settings, stages: dict[str, float]) -> PageResult:
    height, width = image.shape[:2]
    recipe = _recipe(corners, settings, width, height)
    with _timed(stages, "level"):
        small = warp(image, recipe, PREVIEW) if settings.kind == "page" else _small(image)
    with _timed(stages, "upright"):
        if settings.turn is None and settings.kind == "page":
            turn, _sureness = upright(small)
            recipe, small = replace(recipe, turn=turn), turned(small, turn)
    with _timed(stages, "level"):
        skew = skew_of(np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY))) if settings.kind == "page" else 0.0
        if LEVELLED[0] <= abs(skew) <= LEVELLED[1]:
            recipe, skew = replace(recipe, skew=skew), 0.0
    with _timed(stages, "warp"):
        pixels = warp(image, recipe)
    with _timed(stages, "quality"):
        measures = measure(pixels, small, recipe, frame=(width, height), skew=skew)
        dpi = captured_dpi(corners, settings, width, height) if settings.kind == "page" else None
        verdict, findings = judge(measures, settings, dpi)
    with _timed(stages, "ink"):
        inked = ink(pixels) if settings.kind == "page" else b""
    with _timed(stages, "encode"):
        page = _encoded(pixels, recipe)
    return PageResult(page, corners, score, recipe.turn, dpi, measures, verdict, findings, inked)


def reprocess(image_bytes: bytes, recipe: Recipe) -> DerivedPage:
    """Derive a page again from its original: the same bytes, if recipe and pipeline have the same version."""
    image, _ = decode(image_bytes)
    return _encoded(warp(image, recipe), recipe)


def _places(image: Array, settings: Settings) -> list[tuple[Corners, float]]:
    height, width = image.shape[:2]
    if settings.kind == "portrait":
        return [(((0.0, 0.0), (width - 1.0, 0.0), (width - 1.0, height - 1.0), (0.0, height - 1.0)), 1.0)]
    if settings.corners is not None:
        quad = np.array(settings.corners, np.float64)
        if quad.shape != (4, 2) or not np.isfinite(quad).all() or not is_convex(quad, sharpest=10):
            raise ValueError("corners must be four points of a convex quadrilateral")
        if np.abs(quad).max() > 2 * max(width, height):
            raise ValueError("corners lie far outside the picture")
        return [(as_corners(quad), 1.0)]
    found = find_pages(image, most=settings.most, camera=settings.camera)
    return [(as_corners(page.quad), page.score) for page in found]


def _recipe(corners: Corners, settings: Settings, width: int, height: int) -> Recipe:
    turn = settings.turn or 0
    if settings.kind == "portrait":
        return Recipe(PIPELINE_VERSION, "portrait", corners, turn, 0.0, width, height, 0, JPEG_QUALITY)
    lens, quad = lens_of(settings.camera, width, height), np.array(corners)
    across, down = true_size(quad if lens is None else lens.straight(quad), width, height)
    margin = max(2, round(MARGIN * max(across, down)))
    kept = None if lens is None or settings.camera is None else replace(settings.camera, mat=None, grey=None)
    return Recipe(PIPELINE_VERSION, "page", corners, turn, 0.0, across, down, margin, JPEG_QUALITY, kept)


def _small(image: Array) -> Array:
    scale = min(1.0, PREVIEW / max(image.shape[:2]))
    return np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))


def _encoded(pixels: Array, recipe: Recipe) -> DerivedPage:
    jpeg = _jpeg(pixels, recipe.jpeg_quality)
    height, width = pixels.shape[:2]
    return DerivedPage(jpeg, hashlib.sha256(jpeg).hexdigest(), width, height, recipe)


def _jpeg(pixels: Array, quality: int) -> bytes:
    done, buffer = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done, "OpenCV encodes any 8-bit picture"
    return buffer.tobytes()


@contextmanager
def _timed(stages: dict[str, float], name: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    stages[name] = round(stages.get(name, 0) + (time.perf_counter() - start) * 1000, 2)
