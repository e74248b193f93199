"""Where a page might be: three independent eyes, each blind to something the others see.

- the *background* eye fits the desk's colour at the frame's border and asks what differs from it (strong on mats,
  weak when a lamp is mirrored in the desk);
- the *contour* eye follows edges (strong on glossy desks, weak when the edge breaks);
- the *line* eye joins straight pieces to quadrilaterals (strong on broken edges and white desks, easily led astray by print).

None of them decides: `find` scores all their proposals by one measure.
"""

from __future__ import annotations

from itertools import combinations

import cv2
import numpy as np

from .geometry import Array, is_convex, ordered

SMALLEST = 0.012
"""Least share of the frame a page takes; an ID-1 card under an A3 camera covers 3 %."""


SAME = 4.0
"""Corners of two proposals this near, in pixels, are one proposal."""


def distinct(quads: list[Array], *, beside: list[Array] | None = None) -> list[Array]:
    """Proposals that can be a page (ordered, convex), each place once and none of those in `beside`."""
    known = list(beside or [])
    kept = []
    for quad in map(ordered, quads):
        if is_convex(quad) and (not known or np.abs(np.stack(known) - quad).max((1, 2)).min() > SAME):
            known.append(quad)
            kept.append(quad)
    return kept


def from_background(distance: Array) -> list[Array]:
    """Hulls of what differs from the desk, at several thresholds and grain sizes."""
    level, _ = cv2.threshold(np.clip(distance * 2, 0, 255).astype(np.uint8), 0, 255, cv2.THRESH_OTSU)
    quads = []
    for share in (0.4, 0.7, 1.0, 1.4):
        mask = (distance * 2 > level * share).astype(np.uint8)
        for grain in (3, 9):
            kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (grain, grain))
            quads += _hulls(cv2.morphologyEx(mask, cv2.MORPH_OPEN, kernel))
    return quads


def from_contours(lab: Array) -> list[Array]:
    """Hulls of closed edge contours, on lightness and on the two colour axes."""
    quads = []
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (5, 5))
    light = cv2.GaussianBlur(lab[..., 0], (5, 5), 0)
    colour = cv2.GaussianBlur(cv2.max(lab[..., 1], lab[..., 2]), (5, 5), 0)
    for plane, low, high in ((light, 15, 45), (light, 40, 120), (colour, 12, 36)):
        edges = cv2.morphologyEx(cv2.Canny(plane, low, high), cv2.MORPH_CLOSE, kernel)
        quads += _hulls(edges)
    return quads


def _hulls(mask: Array) -> list[Array]:
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    least = SMALLEST * mask.size
    quads = []
    for contour in sorted(contours, key=cv2.contourArea, reverse=True)[:6]:
        hull = cv2.convexHull(contour)
        if len(hull) >= 4 and cv2.contourArea(hull) >= least:
            quads.append(np.asarray(cv2.approxPolyN(hull, 4, ensure_convex=True), np.float64).reshape(-1, 2))
    return [quad for quad in quads if len(quad) == 4]


MOST_LINES = 22
"""Lines kept per direction; the number of quadrilaterals grows with its fourth power."""


def from_lines(lab: Array) -> list[Array]:
    """Quadrilaterals whose sides are best covered by straight edge pieces, out of all that two bundles of lines form."""
    height, width = lab.shape[:2]
    pieces = _pieces(lab)
    if len(pieces) < 4:
        return []
    lines = _merged(pieces, tolerance=0.006 * max(height, width))
    frame = _frame(width, height)
    quads: list[Array] = []
    for first, second in _bundles(lines):
        quads += _covered(first + frame[:2], second + frame[2:], width, height)
    return quads


def _pieces(lab: Array) -> Array:
    """Straight edge pieces (x1, y1, x2, y2) at least 2.5 % of the frame long."""
    detector = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD)
    found = [
        np.asarray(lines).reshape(-1, 4) for plane in cv2.split(lab) if (lines := detector.detect(plane)[0]) is not None
    ]
    if not found:
        return np.zeros((0, 4))
    pieces = np.concatenate(found).astype(np.float64)
    length = np.hypot(pieces[:, 2] - pieces[:, 0], pieces[:, 3] - pieces[:, 1])
    keep = length > 0.025 * max(lab.shape[:2])
    return np.asarray(pieces[keep][np.argsort(-length[keep], kind="stable")][:400])


class _Line:
    """A straight line with the stretches of it that carry an edge."""

    def __init__(self, point: Array, along: Array, stretches: list[tuple[float, float]], given: float = 0.0) -> None:
        self.point, self.along, self.stretches, self.given = point, along, stretches, given

    @property
    def angle(self) -> float:
        return float(np.degrees(np.arctan2(self.along[1], self.along[0])) % 180)

    @property
    def length(self) -> float:
        return sum(end - start for start, end in self.stretches)

    def covered(self, starts: Array, ends: Array) -> Array:
        """Share of each interval that carries an edge, 0 to 1; `given` at least."""
        lower, upper = np.minimum(starts, ends), np.maximum(starts, ends)
        total = np.zeros_like(lower)
        for start, end in self.stretches:
            total += np.clip(np.minimum(upper, end) - np.maximum(lower, start), 0, None)
        return np.asarray(np.clip(np.maximum(total / np.maximum(upper - lower, 1e-6), self.given), 0, 1))


def _merged(pieces: Array, tolerance: float) -> list[_Line]:
    """Join pieces that lie on one line (within `tolerance` pixels), longest first."""
    lines: list[_Line] = []
    start, end = pieces[:, :2], pieces[:, 2:]
    free = np.ones(len(pieces), bool)
    for index in range(len(pieces)):
        if not free[index]:
            continue
        along = (end[index] - start[index]) / np.linalg.norm(end[index] - start[index])
        normal = np.array([-along[1], along[0]])
        near = (
            free
            & (np.abs((start - start[index]) @ normal) < tolerance)
            & (np.abs((end - start[index]) @ normal) < tolerance)
        )
        free &= ~near
        spans = np.sort(np.stack([(start[near] - start[index]) @ along, (end[near] - start[index]) @ along], 1), 1)
        lines.append(_Line(start[index], along, _joined(spans)))
    return sorted(lines, key=lambda line: -line.length)


def _joined(spans: Array) -> list[tuple[float, float]]:
    stretches: list[tuple[float, float]] = []
    for low, high in spans[np.argsort(spans[:, 0], kind="stable")].tolist():
        if stretches and low <= stretches[-1][1]:
            stretches[-1] = (stretches[-1][0], max(stretches[-1][1], high))
        else:
            stretches.append((low, high))
    return stretches


def _frame(width: int, height: int) -> list[_Line]:
    """The picture's own sides: a page that runs out of the picture is still a page (quality will refuse it)."""
    across, down = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    corner, far = np.array([0.0, 0.0]), np.array([width - 1.0, height - 1.0])
    return [_Line(p, u, [], given=0.6) for p, u in ((corner, across), (far, across), (corner, down), (far, down))]


def _bundles(lines: list[_Line]) -> list[tuple[list[_Line], list[_Line]]]:
    """Split lines in two directions at right angles: around the strongest, and as a second try 45° off it."""
    weights = np.zeros(90)
    for line in lines:
        weights[int(line.angle) % 90] += line.length
    smooth = np.convolve(np.concatenate([weights[-7:], weights, weights[:7]]), np.ones(15), "valid")
    main = float(np.argmax(smooth))
    bundles = []
    for axis in (main, (main + 45) % 90):
        near = [abs((line.angle - axis + 90) % 180 - 90) <= 45 for line in lines]
        along = [line for line, is_near in zip(lines, near, strict=True) if is_near][:MOST_LINES]
        across = [line for line, is_near in zip(lines, near, strict=True) if not is_near][:MOST_LINES]
        bundles.append((along, across) if axis <= 45 else (across, along))
    return bundles


def _covered(level: list[_Line], upright: list[_Line], width: int, height: int, best: int = 24) -> list[Array]:
    """The `best` quadrilaterals of two lines of each bundle by how much of their outline carries edges."""
    if len(level) < 2 or len(upright) < 2:
        return []
    points = np.full((len(level), len(upright), 2), np.nan)
    for i, one in enumerate(level):
        for j, other in enumerate(upright):
            cross = one.along[0] * other.along[1] - one.along[1] * other.along[0]
            if abs(cross) > 0.3:
                gap = other.point - one.point
                points[i, j] = one.point + one.along * (gap[0] * other.along[1] - gap[1] * other.along[0]) / cross
    rows = np.array(list(combinations(range(len(level)), 2)))
    columns = np.array(list(combinations(range(len(upright)), 2)))
    r, c = (grid.ravel() for grid in np.meshgrid(np.arange(len(rows)), np.arange(len(columns)), indexing="ij"))
    a, b, left, right = rows[r, 0], rows[r, 1], columns[c, 0], columns[c, 1]
    quads = np.stack([points[a, left], points[a, right], points[b, right], points[b, left]], 1)
    x, y = quads[..., 0], quads[..., 1]
    size = np.abs((x * np.roll(y, -1, 1) - y * np.roll(x, -1, 1)).sum(1)) / 2
    slack = 0.02 * max(width, height)
    inside = (x.min(1) > -slack) & (y.min(1) > -slack) & (x.max(1) < width + slack) & (y.max(1) < height + slack)
    sides = np.linalg.norm(quads - np.roll(quads, -1, 1), axis=2)
    possible = inside & (size > SMALLEST * width * height) & (sides.min(1) > 0.06 * min(width, height))
    if not possible.any():
        return []
    a, b, left, right, quads, size, sides = (v[possible] for v in (a, b, left, right, quads, size, sides))
    cover = np.zeros((len(quads), 4))
    for side, (owners, lines) in enumerate(((a, level), (right, upright), (b, level), (left, upright))):
        for owner in np.unique(owners):
            mine, line = owners == owner, lines[owner]
            ends = [(quads[mine, corner] - line.point) @ line.along for corner in (side, (side + 1) % 4)]
            cover[mine, side] = line.covered(*ends)
    merit = ((cover * sides).sum(1) / sides.sum(1) + cover.min(1)) * (size / (width * height)) ** 0.15
    return [quads[index] for index in np.argsort(-merit, kind="stable")[:best]]
