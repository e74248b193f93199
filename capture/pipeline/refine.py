"""Measure a page's sides in full resolution: where, on profiles across each side, the picture really steps."""

from __future__ import annotations

import cv2
import numpy as np

from .geometry import Array, area, intersection, is_convex, overlap
from .lens import Lens

PROFILES = 64
"""Profiles across each side."""
TRIM = 0.04
"""Share of a side left out at either end: corners are dog-eared and rounded."""


def profiles(image: Array, quad: Array, reach: float, step: float, *, lens: Lens | None = None) -> Array:
    """Colours on lines across the sides: (4 sides, PROFILES places, positions inside → outside, 3 channels).

    Positions run from `-reach` to `+reach` pixels in steps of `step`, counted along the outward normal. With a `lens`,
    `quad` and the lines are straight, and the picture is read where the lens shows them.
    """
    start, end = quad, np.roll(quad, -1, 0)
    along = (end - start) / np.maximum(np.linalg.norm(end - start, axis=1, keepdims=True), 1e-9)
    outward = np.stack([along[:, 1], -along[:, 0]], 1)
    share = np.linspace(TRIM, 1 - TRIM, PROFILES)
    places = start[:, None] + (end - start)[:, None] * share[None, :, None]
    offsets = np.arange(-reach, reach + step / 2, step)
    points = places[:, :, None] + outward[:, None, None] * offsets[None, None, :, None]
    points = (points if lens is None else lens.bent(points)).astype(np.float32)
    flat = points.reshape(4 * PROFILES, len(offsets), 2)
    colours = cv2.remap(image, flat[..., 0], flat[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(colours, np.float32).reshape(4, PROFILES, len(offsets), 3)


def refined(image: Array, quad: Array, reach: float, lens: Lens | None = None) -> Array:
    """`quad` with each side moved to the edge found within `reach` pixels; unchanged where no edge is clear.

    Works twice: first with the whole reach, then closely around the first answer.
    """
    answer = quad
    for span in (reach, max(4.0, reach / 3)):
        moved = _moved(image, answer, span, lens)
        if moved is None:
            break
        answer = moved
    if not is_convex(answer) or overlap(answer, quad) < 0.9 or area(answer) < 1:
        return quad
    return answer


def _moved(image: Array, quad: Array, reach: float, lens: Lens | None) -> Array | None:
    step = max(0.5, reach / 24)
    across = profiles(image, quad, reach, step, lens=lens)
    width = max(1, round(1.5 / step))
    kernel = np.concatenate([-np.ones(width), np.zeros(1), np.ones(width)])[None, :] / width
    flat = across.transpose(0, 1, 3, 2).reshape(-1, across.shape[2])
    slope = cv2.filter2D(flat, cv2.CV_32F, kernel, borderType=cv2.BORDER_REPLICATE)
    steepness = np.linalg.norm(slope.reshape(4, PROFILES, 3, -1), axis=2)
    offsets = np.arange(-reach, reach + step / 2, step)
    start, end = quad, np.roll(quad, -1, 0)
    lines = []
    for side in range(4):
        length = float(np.linalg.norm(end[side] - start[side]))
        along = (end[side] - start[side]) / max(length, 1e-9)
        outward = np.array([along[1], -along[0]])
        height, width_ = image.shape[:2]
        if _on_frame(start[side], end[side], width_, height, reach):
            lines.append((start[side], along))
            continue
        places = np.linspace(TRIM, 1 - TRIM, PROFILES) * length
        fit = _line_through(places, offsets, steepness[side])
        if fit is None:
            lines.append((start[side], along))
            continue
        at, slant = fit
        lines.append((start[side] + outward * at, along + outward * slant))
    corners = []
    for side in range(4):
        corner = intersection(*lines[side - 1], *lines[side])
        if corner is None:
            return None
        corners.append(corner)
    return np.array(corners)


def _on_frame(start: Array, end: Array, width: int, height: int, slack: float) -> bool:
    """True for a side that lies on the picture's own border: there is nothing to measure beyond it."""
    x, y = np.array([start[0], end[0]]), np.array([start[1], end[1]])
    return bool(
        np.all(x < slack / 4)
        or np.all(x > width - 1 - slack / 4)
        or np.all(y < slack / 4)
        or np.all(y > height - 1 - slack / 4)
    )


def _line_through(places: Array, offsets: Array, steepness: Array) -> tuple[float, float] | None:
    """Offset at the side's start and slant of the line most profiles agree on; None without a majority.

    Every pair of a fixed set of profiles proposes a line; the one along which the picture is steepest wins, then
    least squares over the profiles that agree with it. No chance is involved: the same picture gives the same line.
    """
    step = float(offsets[1] - offsets[0])
    clipped = np.minimum(steepness, np.quantile(steepness, 0.97) + 1e-6)
    peak = np.argmax(clipped - 0.02 * np.abs(offsets) / offsets[-1] * clipped.max(), axis=1)
    position = offsets[peak]
    strength = clipped[np.arange(len(peak)), peak]
    if strength.max() < 2:
        return None
    third = len(places) // 3
    first, last = np.arange(0, third, 2), np.arange(len(places) - third, len(places), 2)
    i, j = (grid.ravel() for grid in np.meshgrid(first, last, indexing="ij"))
    slant = (position[j] - position[i]) / (places[j] - places[i])
    base = position[i] - slant * places[i]
    expected = base[:, None] + slant[:, None] * places[None, :]
    index = np.clip(np.rint((expected - offsets[0]) / step), 0, len(offsets) - 1).astype(int)
    outside = np.abs(expected) > offsets[-1]
    merit = np.where(outside, 0, clipped[np.arange(len(places))[None, :], index]).sum(1)
    winner = int(np.argmax(merit))
    line = base[winner] + slant[winner] * places
    near = np.abs(offsets[None, :] - line[:, None]) <= 2.5 * step
    local = np.where(near, clipped, 0)
    total = local.sum(1)
    good = total > 0.25 * np.median(total)
    if good.mean() < 0.4:
        return None
    centre = (local * offsets).sum(1) / np.maximum(total, 1e-9)
    weight = np.where(good, total, 0)
    for _ in range(4):
        slope, offset = np.polyfit(places, centre, 1, w=np.sqrt(weight) + 1e-9)
        residual = np.abs(centre - offset - slope * places)
        weight = np.where(good, total, 0) / (1 + (residual / (1.5 * step)) ** 2)
    return float(offset), float(slope)
