"""The desk under the paper: a smooth surface of colour, and how far every pixel is from it."""

from __future__ import annotations

import cv2
import numpy as np

from .geometry import Array

RIM = 0.03
"""Width of the frame's rim in which the desk is looked for, as a share of its shorter side."""
PLACES = 3000
"""Places of the rim looked at: more change nothing but the time."""
GRID = 17
"""Places per side on which the surface is computed before it is spread over the frame; it is smooth."""


def distance_from_desk(lab: Array, mat: tuple[float, ...] | None = None) -> Array:
    """Colour distance (8-bit Lab, float32) of every pixel of `lab` (float32) from the desk.

    The desk is a quadratic surface: that of a calibrated mat (`CameraModel.mat`) in the light of the moment, or else one
    fitted robustly to the frame's rim.
    """
    height, width = lab.shape[:2]
    terms, colours = _rim(lab)
    surface = _fitted(terms, colours) if mat is None else _lit(np.reshape(mat, (6, 3)), terms, colours)
    half = np.ascontiguousarray(lab[::2, ::2])  # the desk is smooth, and the eyes that use this look for whole sheets
    tall, wide = half.shape[:2]
    side = np.linspace(-1, 1, GRID)
    coarse = (_terms(*np.meshgrid(side, side)) @ surface).astype(np.float32)
    place = np.array([[(wide - 1) / (GRID - 1), 0, 0], [0, (tall - 1) / (GRID - 1), 0]])
    spread = cv2.warpAffine(coarse, place, (wide, tall), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    off = cv2.absdiff(half, spread)
    distance = cv2.sqrt(cv2.transform(cv2.multiply(off, off), np.ones((1, 3), np.float32)))
    return np.asarray(cv2.resize(distance, (width, height), interpolation=cv2.INTER_LINEAR))


def _terms(x: Array, y: Array) -> Array:
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], -1)


def _rim(lab: Array) -> tuple[Array, Array]:
    """Terms and colours of places spread evenly over the frame's rim."""
    height, width = lab.shape[:2]
    depth = max(1, round(RIM * min(height, width)))
    inside = np.ones((height, width), bool)
    inside[depth:-depth, depth:-depth] = False
    y, x = np.nonzero(inside)
    stride = max(1, len(x) // PLACES)
    x, y = x[::stride], y[::stride]
    return _terms(2 * x / max(width - 1, 1) - 1, 2 * y / max(height - 1, 1) - 1), lab[y, x].astype(np.float64)


def _fitted(terms: Array, colours: Array) -> Array:
    """Least squares, in which what does not fit counts ever less: paper may lie on the rim too."""
    weight = np.ones(len(terms))
    surface: Array = np.zeros((6, 3))
    for _ in range(8):
        weighted = terms * weight[:, None]
        surface = np.linalg.lstsq(weighted.T @ terms, weighted.T @ colours, rcond=None)[0]
        residual = np.linalg.norm(colours - terms @ surface, axis=1)
        scale = max(1.5, 1.48 * float(np.median(residual)))
        weight = 1 / (1 + (residual / (2 * scale)) ** 4)
    return surface


def _lit(mat: Array, terms: Array, colours: Array) -> Array:
    """The mat as it was calibrated, lighter or darker by the factor most of the rim agrees on (0.5 to 2)."""
    ratio = colours[:, 0] / np.maximum((terms @ mat)[:, 0], 1)
    near = (
        np.linalg.norm((colours - terms @ mat)[:, 1:], axis=1) < 12
    )  # paper on the rim has another colour, or is lighter
    gain = float(np.clip(np.median(ratio[near]) if near.any() else 1.0, 0.5, 2.0))
    return np.asarray(mat * np.array([gain, 1.0, 1.0]))
