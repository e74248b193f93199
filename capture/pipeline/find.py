"""Find the pages: proposals, one score for all of them, the winners' sides measured again in full resolution.

The background eye is quick and on a mat nearly always right; the other two are asked only where it leaves a doubt.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from .candidates import distinct, from_background, from_contours, from_lines
from .desk import distance_from_desk
from .geometry import Array, overlap
from .lens import Lens, fits, lens_of
from .refine import refined
from .scoring import REACH, Scene
from .types import CameraModel

WORKING_SIZE = 1000
"""Longer side, in pixels, of the copy on which pages are looked for, about."""
ENOUGH = 0.39
"""Least score of a page; below it the honest answer is None. Bare real desks (wood grain, lamp spots) stay below 0.37."""
SURE = 0.78
"""Score from which the background eye alone is believed."""
APART = 0.05
"""Greatest share two pages of one picture have in common: papers lie beside one another, not on top."""


@dataclass(frozen=True)
class Found:
    """A page in the picture."""

    quad: Array
    """Corners, 4 × 2, top-left first, pixels of the picture."""
    score: float
    """0 to 1."""


def find_pages(image: Array, *, most: int = 1, camera: CameraModel | None = None) -> list[Found]:
    """Up to `most` pages in `image` (BGR), in reading order; none on an empty desk.

    Of a calibrated camera the mat and the lens are known. Corners are those in the picture as it was taken.
    """
    height, width = image.shape[:2]
    lens, mat = lens_of(camera, width, height), mat_of(camera, width, height)
    small, scale = _working_copy(image)
    if lens is not None and camera is not None:
        small = Lens(camera, small.shape[1]).straightened(small)
    lab = cv2.cvtColor(cv2.GaussianBlur(small, (3, 3), 0), cv2.COLOR_BGR2LAB)
    distance = distance_from_desk(lab.astype(np.float32), mat)
    scene = Scene(lab, distance)
    quads = distinct(from_background(distance))
    scores = scene.scores(quads)
    if most > 1 or not quads or max(scores) < SURE:
        further = distinct(from_contours(lab) + from_lines(lab), beside=quads)
        quads, scores = quads + further, [*scores, *scene.scores(further)]
    found = []
    for index in _chosen(quads, scores, most):
        quad = (scene.settled(quads[index]) + 0.5) / scale - 0.5
        quad = refined(image, quad, REACH / scale, lens)
        found.append(Found(quad if lens is None else lens.bent(quad), scores[index]))
    return _in_reading_order(found)


def mat_of(camera: CameraModel | None, width: int, height: int) -> tuple[float, ...] | None:
    """The calibrated background of a frame of this size, where there is one."""
    return camera.mat if camera is not None and fits(camera, width, height) else None


def _working_copy(image: Array) -> tuple[Array, float]:
    """The picture made smaller by a whole number, which is exact and quick, and the factor (at most 1)."""
    factor = max(1, round(max(image.shape[:2]) / WORKING_SIZE))
    if factor == 1:
        return image, 1.0
    height, width = image.shape[0] // factor, image.shape[1] // factor
    if min(height, width) < 1:
        return image, 1.0
    whole = image[: height * factor, : width * factor]
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA)), 1 / factor


def _chosen(quads: list[Array], scores: list[float], most: int) -> list[int]:
    """The best, and the next best that lie apart from all before them."""
    chosen: list[int] = []
    for index in sorted(range(len(quads)), key=lambda index: -scores[index]):
        if len(chosen) == most or scores[index] < ENOUGH:
            break
        if all(_apart(quads[index], quads[other]) for other in chosen):
            chosen.append(index)
    return chosen


def _apart(one: Array, other: Array) -> bool:
    if overlap(one, other) > APART:
        return False
    middle = one.mean(0), other.mean(0)
    return (
        cv2.pointPolygonTest(other.astype(np.float32), tuple(map(float, middle[0])), False) < 0
        and cv2.pointPolygonTest(one.astype(np.float32), tuple(map(float, middle[1])), False) < 0
    )


def _in_reading_order(found: list[Found]) -> list[Found]:
    """Rows from top to bottom, within a row from left to right; a row is what begins above the middle of its first page."""
    waiting = sorted(found, key=lambda page: float(page.quad[:, 1].min()))
    ordered: list[Found] = []
    while waiting:
        middle = float(waiting[0].quad[:, 1].mean())
        row = [page for page in waiting if float(page.quad[:, 1].min()) < middle]
        ordered += sorted(row, key=lambda page: float(page.quad[:, 0].mean()))
        waiting = [page for page in waiting if float(page.quad[:, 1].min()) >= middle]
    return ordered
