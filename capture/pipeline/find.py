"""Find the page: many proposals, one score, the winner's sides measured again in full resolution."""

from __future__ import annotations

import cv2
import numpy as np

from .candidates import distance_from_desk, propose
from .geometry import Array, area, overlap
from .refine import profiles, refined

WORKING_SIZE = 1000
"""Longer side, in pixels, of the copy on which pages are looked for."""
ENOUGH = 0.40
"""Least score of a page; below it the honest answer is None. Bare real desks (wood grain, lamp spots) stay below 0.37."""

REACH = 9
"""Half length of the profiles across a side, pixels of the working copy."""
BAND = 5
"""How far the bands compared on either side of an edge reach, pixels."""
FAR = 4
"""Where the further bands begin, pixels from the side: beyond any printed rule."""
SLACK = 2
"""How far an edge may lie from the proposed side, pixels: paper is seldom perfectly straight."""
PLACES = 48
"""Profiles across each side."""
HALF_STEP = 6.0
"""Step between desk and paper, in 8-bit Lab, that counts half; white paper on a light desk has about 14."""
STRANGE = 0.5
"""What a side loses when outside it lies something that is not desk: it is then a line printed on the paper."""
CLIPPED = 0.85
"""What the whole loses per side that is the picture's own border."""


def find_page(image: Array) -> tuple[Array, float] | None:
    """Corners (4 × 2, top-left first, pixels of `image`) and score (0 to 1) of the page; None on an empty desk."""
    scale = min(1.0, WORKING_SIZE / max(image.shape[:2]))
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else image
    lab = np.asarray(cv2.cvtColor(cv2.GaussianBlur(small, (3, 3), 0), cv2.COLOR_BGR2LAB))
    distance = distance_from_desk(lab)
    quads = _distinct(propose(lab, distance))
    if not quads:
        return None
    scores = [score(lab, distance, quad) for quad in quads]
    best = int(np.argmax(scores))
    if scores[best] < ENOUGH:
        return None
    quad = (quads[best] + 0.5) / scale - 0.5
    return refined(image, quad, reach=REACH / scale), scores[best]


def _distinct(quads: list[Array], same: float = 0.985) -> list[Array]:
    """Proposals without near doubles, so that each place is scored once."""
    kept: list[Array] = []
    for quad in quads:
        if not any(np.abs(quad - other).max() < 40 and overlap(quad, other) > same for other in kept):
            kept.append(quad)
    return kept


def score(lab: Array, distance: Array, quad: Array) -> float:
    """How surely `quad` is a page, 0 to 1: all along each side the same step, with desk outside.

    The weakest side counts as much as all together. Sides on the picture's border cannot be judged; with fewer than
    two others there is nothing to go by. Of nearly equal answers the larger is the paper, the smaller its print.
    """
    height, width = lab.shape[:2]
    real = np.array([not _on_border(quad[side], quad[(side + 1) % 4], width, height) for side in range(4)])
    if real.sum() < 2:
        return 0.0
    support = (_steps(lab, quad) * (1 - STRANGE * _strangeness(distance, quad)))[real]
    penalty = CLIPPED ** int((~real).sum()) * (area(quad) / (width * height)) ** 0.08
    return float((support.mean() + support.min()) / 2 * penalty)


def _steps(lab: Array, quad: Array) -> Array:
    """Per side, how much of it carries one common step, 0 to 1.

    A printed line has paper on both sides of it; so colours are compared over a band on either side, and the step must
    still be there further off, where a line has ended and a sheet has not.
    """
    across = profiles(lab, quad, REACH, 1.0, PLACES)
    near = np.zeros((4, PLACES, 3))
    size = np.zeros((4, PLACES))
    for centre in range(REACH - SLACK, REACH + SLACK + 1):
        step = across[:, :, centre - BAND : centre - 1].mean(2) - across[:, :, centre + 2 : centre + BAND + 1].mean(2)
        better = (length := np.linalg.norm(step, axis=2)) > size
        size, near = np.where(better, length, size), np.where(better[..., None], step, near)
    far = across[:, :, : REACH - FAR].mean(2) - across[:, :, REACH + FAR + 1 :].mean(2)
    common = np.median(near, axis=1)
    common /= np.maximum(np.linalg.norm(common, axis=1, keepdims=True), 1e-6)
    agreed = np.minimum((near * common[:, None]).sum(2), (far * common[:, None]).sum(2)).clip(0)
    return np.asarray(np.mean(agreed / (agreed + HALF_STEP), axis=1))


def _strangeness(distance: Array, quad: Array) -> Array:
    """Per side, 0 where the band outside looks like the desk, towards 1 where it looks less like it than the inside."""
    across = profiles(cv2.merge([distance] * 3), quad, REACH, 1.0, PLACES)[..., 0]
    inside = np.median(across[:, :, : REACH - 2].mean(2), axis=1)
    outside = np.median(across[:, :, REACH + 3 :].mean(2), axis=1)
    return np.asarray(outside / np.maximum(inside + outside, HALF_STEP))


def _on_border(start: Array, end: Array, width: int, height: int, slack: float = 3.0) -> bool:
    x, y = np.array([start[0], end[0]]), np.array([start[1], end[1]])
    beyond = (x < slack, y < slack, x > width - 1 - slack, y > height - 1 - slack)
    return any(bool(np.all(side)) for side in beyond)
