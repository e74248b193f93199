"""How surely is a quadrilateral a page? One score for the proposals of every eye."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from .geometry import Array, area
from .refine import TRIM

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
BATCH = 100
"""Quadrilaterals looked at together; OpenCV samples at most 32,767 rows at once."""
NEARBY = tuple(range(-24, 26, 2))
"""How far from a side, outwards, the paper's edge is looked for, pixels, where something else was taken for it."""
ALSO = 0.5
"""Least support of the edge moved to."""


class Scene:
    """A picture in which quadrilaterals are scored: its colours and their distance from the desk."""

    def __init__(self, lab: Array, distance: Array) -> None:
        self.height, self.width = lab.shape[:2]
        self._layers = cv2.merge([*cv2.split(lab.astype(np.float32)), distance.astype(np.float32)])

    def scores(self, quads: Sequence[Array]) -> list[float]:
        """How surely each of `quads` is a page, 0 to 1: all along each side the same step, with desk outside.

        The weakest side counts as much as all together. Sides on the picture's border cannot be judged; with fewer than
        two others there is nothing to go by. Of nearly equal answers the larger is the paper, the smaller its print.
        """
        return [score for start in range(0, len(quads), BATCH) for score in self._scores(quads[start : start + BATCH])]

    def settled(self, quad: Array) -> Array:
        """`quad` with each side moved to the paper's edge, if a line of print or the end of a shadow was taken for it.

        Paper is lighter than the desk; print is darker than the paper beside it, a shadow darker than the desk beside
        it. Where a side goes from dark to light, the clearest edge near it that goes from light to dark is the paper's:
        further out than print, further in than a shadow.
        """
        light = self._support(quad[None])[1][0]
        if (light >= 0).all():
            return quad
        moved = np.stack([_moved(quad, np.full(4, float(distance))) for distance in NEARBY])
        support, lighter = self._support(moved)
        paper = (light < 0) & (lighter > 0) & (support > ALSO) & ~self._on_border(moved)
        best = np.where(paper, support, 0).argmax(0)
        shift = np.where(paper.any(0), np.array(NEARBY)[best], 0).astype(float)
        return _moved(quad, shift) if shift.any() else quad

    def _scores(self, quads: Sequence[Array]) -> list[float]:
        if not quads:
            return []
        corners = np.stack(quads)
        support, _light = self._support(corners)
        real = ~self._on_border(corners)
        judged = real.sum(1)
        weakest = np.where(real, support, np.inf).min(1)
        mean = np.where(real, support, 0).sum(1) / np.maximum(judged, 1)
        share = np.array([area(quad) for quad in quads]) / (self.width * self.height)
        score = (mean + weakest) / 2 * CLIPPED ** (4 - judged) * share**0.08
        return [float(value) for value in np.where(judged >= 2, score, 0.0)]

    def _support(self, corners: Array) -> tuple[Array, Array]:
        """Per quadrilateral and side, two tables n × 4: how much of it carries one common step from desk to paper, 0 to 1,
        and how much lighter it is inside than outside (8-bit lightness)."""
        across = self._profiles(corners)
        total = np.concatenate([np.zeros_like(across[:, :, :, :1]), np.cumsum(across, 3)], 3)

        def band(start: int, end: int) -> Array:
            return np.asarray((total[:, :, :, end] - total[:, :, :, start]) / (end - start))

        length = across.shape[3]
        near, size = np.zeros((*across.shape[:3], 3)), np.zeros(across.shape[:3])
        for centre in range(REACH - SLACK, REACH + SLACK + 1):
            step = (band(centre - BAND, centre - 1) - band(centre + 2, centre + BAND + 1))[..., :3]
            better = (length_of := np.linalg.norm(step, axis=3)) > size
            size, near = np.where(better, length_of, size), np.where(better[..., None], step, near)
        # A printed line has paper on both sides of it: the step must still be there where a line has ended.
        far = (band(0, REACH - FAR) - band(REACH + FAR + 1, length))[..., :3]
        common = np.median(near, axis=2)
        common /= np.maximum(np.linalg.norm(common, axis=2, keepdims=True), 1e-6)
        agreed = np.minimum((near * common[:, :, None]).sum(3), (far * common[:, :, None]).sum(3)).clip(0)
        steps = np.mean(agreed / (agreed + HALF_STEP), axis=2)
        inside = np.median(band(0, REACH - 2)[..., 3], axis=2)
        outside = np.median(band(REACH + 3, length)[..., 3], axis=2)
        return np.asarray(steps * (1 - STRANGE * outside / np.maximum(inside + outside, HALF_STEP))), np.median(
            near[..., 0], axis=2
        )

    def _profiles(self, corners: Array) -> Array:
        """Layers on lines across the sides: n × 4 sides × PLACES × positions inside → outside × 4 layers."""
        start, end = corners, np.roll(corners, -1, 1)
        along = (end - start) / np.maximum(np.linalg.norm(end - start, axis=2, keepdims=True), 1e-9)
        outward = np.stack([along[..., 1], -along[..., 0]], 2)
        share = np.linspace(TRIM, 1 - TRIM, PLACES)
        offsets = np.arange(-REACH, REACH + 1.0)
        places = start[:, :, None] + (end - start)[:, :, None] * share[:, None]
        points = places[:, :, :, None] + outward[:, :, None, None] * offsets[:, None]
        flat = points.astype(np.float32).reshape(-1, len(offsets), 2)
        sampled = cv2.remap(self._layers, flat[..., 0], flat[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(sampled).reshape(len(corners), 4, PLACES, len(offsets), 4)

    def _on_border(self, corners: Array, slack: float = 3.0) -> Array:
        """Per quadrilateral and side, whether it is the picture's own border: n × 4."""
        x, y = corners[..., 0], corners[..., 1]
        beyond = np.stack([x < slack, y < slack, x > self.width - 1 - slack, y > self.height - 1 - slack])
        return np.asarray((beyond & np.roll(beyond, -1, 2)).any(0))


def _moved(quad: Array, outward: Array) -> Array:
    """`quad` with each side moved outward by so many pixels."""
    start, end = quad, np.roll(quad, -1, 0)
    along = (end - start) / np.maximum(np.linalg.norm(end - start, axis=1, keepdims=True), 1e-9)
    normal = np.stack([along[:, 1], -along[:, 0]], 1)
    start = start + normal * outward[:, None]
    corners = []
    for side in range(4):
        before = side - 1
        cross = along[before, 0] * along[side, 1] - along[before, 1] * along[side, 0]
        gap = start[side] - start[before]
        corners.append(start[before] + along[before] * (gap[0] * along[side, 1] - gap[1] * along[side, 0]) / cross)
    return np.array(corners)
