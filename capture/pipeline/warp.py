"""Straighten: one single resampling from the photograph to the page."""

from __future__ import annotations

import cv2
import numpy as np

from .geometry import Array
from .lens import lens_of
from .types import Recipe

MARGIN = 0.009
"""Desk kept around the page, as a share of its longer side: 2.7 mm on A4 (DA/T 31-2017 asks to keep the whole sheet)."""


def true_size(quad: Array, width: int, height: int) -> tuple[int, int]:
    """Width and height of the page in pixels: nothing is thrown away, and the sheet's own proportion is kept.

    Seen aslant a sheet is foreshortened. Its true proportion follows from the four corners alone, if the camera's axis
    passes through the picture's centre and its pixels are square (Zhang & He 2006, whiteboard scanning, eq. 11-14).
    Seen nearly from above that equation is ill-conditioned and side lengths are the better answer.
    """
    tl, tr, br, bl = quad
    across = max(np.linalg.norm(tr - tl), np.linalg.norm(br - bl))
    down = max(np.linalg.norm(bl - tl), np.linalg.norm(br - tr))
    ratio = _proportion(quad, width, height)
    if ratio is not None and 0.55 < ratio / (across / down) < 1.8:
        across, down = max(across, down * ratio), max(down, across / ratio)
    return max(2, round(float(across))), max(2, round(float(down)))


def _proportion(quad: Array, width: int, height: int) -> float | None:
    centre = np.array([width / 2, height / 2])
    m1, m2, m4, m3 = (np.append((corner - centre) / max(width, height), 1.0) for corner in quad)
    denominator2, denominator3 = np.dot(np.cross(m2, m4), m3), np.dot(np.cross(m3, m4), m2)
    if abs(denominator2) < 1e-9 or abs(denominator3) < 1e-9:
        return None
    n2 = np.dot(np.cross(m1, m4), m3) / denominator2 * m2 - m1
    n3 = np.dot(np.cross(m1, m4), m2) / denominator3 * m3 - m1
    if abs(n2[2] * n3[2]) < 2e-3:
        return None
    focal_squared = -(n2[0] * n3[0] + n2[1] * n3[1]) / (n2[2] * n3[2])
    if not 0.25 < focal_squared < 25:
        return None
    lengths = [(n[0] ** 2 + n[1] ** 2) / focal_squared + n[2] ** 2 for n in (n2, n3)]
    return float(np.sqrt(lengths[0] / lengths[1]))


def warp(image: Array, recipe: Recipe, longest: int | None = None) -> Array:
    """The page of `recipe` out of `image`: unbent, straightened, levelled and turned in one step, with its margin.

    With `longest` a small copy whose longer side has so many pixels, for measuring.
    """
    if recipe.kind == "portrait":
        return turned(image, recipe.turn)
    m, w, h = recipe.margin, recipe.width, recipe.height
    target = np.array([[m, m], [m + w - 1, m], [m + w - 1, m + h - 1], [m, m + h - 1]], np.float32)
    lens = lens_of(recipe.lens, image.shape[1], image.shape[0])
    corners = np.array(recipe.corners) if lens is None else lens.straight(np.array(recipe.corners))
    straight = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    full_w, full_h = w + 2 * m, h + 2 * m
    level = np.vstack([cv2.getRotationMatrix2D(((full_w - 1) / 2, (full_h - 1) / 2), recipe.skew, 1), [0, 0, 1]])
    turn, (out_w, out_h) = _turn_matrix(recipe.turn, full_w, full_h)
    matrix = turn @ level @ straight
    if longest is not None and max(out_w, out_h) > longest:
        scale = longest / max(out_w, out_h)
        matrix = np.diag([scale, scale, 1]) @ matrix
        out_w, out_h = max(1, round(out_w * scale)), max(1, round(out_h * scale))
    how = cv2.INTER_CUBIC if longest is None else cv2.INTER_LINEAR
    if lens is not None:
        return lens.cut(image, matrix, (out_w, out_h), how)
    return np.asarray(cv2.warpPerspective(image, matrix, (out_w, out_h), flags=how, borderMode=cv2.BORDER_REPLICATE))


def turned(image: Array, turn: int) -> Array:
    """`image` turned clockwise by 0, 90, 180 or 270 degrees."""
    codes = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
    return np.asarray(cv2.rotate(image, codes[turn])) if turn else image


def _turn_matrix(turn: int, width: int, height: int) -> tuple[Array, tuple[int, int]]:
    right, below = width - 1.0, height - 1.0
    matrices = {
        0: ([[1, 0, 0], [0, 1, 0], [0, 0, 1]], (width, height)),
        90: ([[0, -1, below], [1, 0, 0], [0, 0, 1]], (height, width)),
        180: ([[-1, 0, right], [0, -1, below], [0, 0, 1]], (width, height)),
        270: ([[0, 1, 0], [-1, 0, right], [0, 0, 1]], (height, width)),
    }
    matrix, size = matrices[turn]
    return np.array(matrix, np.float64), size
