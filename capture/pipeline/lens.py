"""What the lens bends: from straight (ideal) points to the picture and back, and pages cut out of a bent picture.

Finding and measuring happen in ideal coordinates, where the side of a sheet is a straight line; pixels are always read
from the picture as it was taken, once.
"""

from __future__ import annotations

import cv2
import numpy as np

from .geometry import Array
from .types import CameraModel

STEP = 16
"""Pixels between the places for which the bend is computed; in between it is spread evenly (0.01 pixel off at most)."""
STRIP = 256
"""Rows of a page made at a time: so the table of places stays in the processor's cache."""
SAME_SHAPE = 0.01
"""Frames whose proportions differ more than this from the calibrated ones show another part of the sensor."""


class Lens:
    """The lens of a calibrated camera for frames of a given size."""

    def __init__(self, model: CameraModel, width: int) -> None:
        scale = width / model.width
        x, y = ((place + 0.5) * scale - 0.5 for place in model.centre)
        focal = model.focal * scale
        self._matrix = np.array([[focal, 0, x], [0, focal, y], [0, 0, 1]])
        self._bend = np.array(model.distortion)

    def straight(self, points: Array) -> Array:
        """Points of the picture (… × 2) as they would lie without the lens's bend."""
        flat = np.asarray(points, np.float64).reshape(-1, 1, 2)
        return np.asarray(cv2.undistortPoints(flat, self._matrix, self._bend, P=self._matrix)).reshape(np.shape(points))

    def bent(self, points: Array) -> Array:
        """Ideal points (… × 2) as the lens shows them in the picture."""
        flat = np.asarray(points, np.float64).reshape(-1, 2)
        rays = np.column_stack(
            [(flat - self._matrix[:2, 2]) / self._matrix[0, 0], np.ones(len(flat))],
        )
        seen, _ = cv2.projectPoints(rays, np.zeros(3), np.zeros(3), self._matrix, self._bend)
        return np.asarray(seen).reshape(np.shape(points))

    def straightened(self, image: Array) -> Array:
        """A (small) picture without its bend."""
        return self.cut(image, np.eye(3), (image.shape[1], image.shape[0]), cv2.INTER_LINEAR)

    def cut(self, image: Array, matrix: Array, size: tuple[int, int], how: int) -> Array:
        """What `cv2.warpPerspective` makes of the ideal picture with `matrix` and `size` (width, height), from the bent one."""
        width, height = size
        columns, rows = width // STEP + 2, height // STEP + 2
        grid = np.stack(np.meshgrid(np.arange(columns) * STEP, np.arange(rows) * STEP), -1).astype(np.float64)
        ideal = cv2.perspectiveTransform(grid.reshape(-1, 1, 2), np.linalg.inv(matrix)).reshape(grid.shape)
        table = self.bent(ideal).astype(np.float32)
        page = np.empty((height, width, *image.shape[2:]), image.dtype)
        for top in range(0, height, STRIP):
            tall = min(STRIP, height - top)
            place = np.array([[STEP, 0, 0], [0, STEP, -top]], np.float64)
            spread = cv2.warpAffine(
                table, place, (width, tall), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
            )
            page[top : top + tall] = cv2.remap(
                image, spread[..., 0], spread[..., 1], how, borderMode=cv2.BORDER_REPLICATE
            )
        return page


def lens_of(model: CameraModel | None, width: int, height: int) -> Lens | None:
    """The lens for a frame of this size; None where the camera is not calibrated, or for another part of its sensor."""
    if model is None or not fits(model, width, height) or not any(model.distortion):
        return None
    return Lens(model, width)


def fits(model: CameraModel, width: int, height: int) -> bool:
    """Whether what was calibrated holds for a frame of this size: the same picture, larger or smaller."""
    return abs(model.width / model.height / (width / height) - 1) <= SAME_SHAPE
