"""Is the whole sheet to be seen? Corners outside the picture, things lying over its edge, fingers holding it."""

from __future__ import annotations

import cv2
import numpy as np

from .geometry import Array

STEP = 12.0
"""Least step between desk and paper (8-bit Lab) of a side that can be judged; white on a light desk has about 14."""
GONE = 0.3
"""Share of its usual step under which the edge is not to be seen at a place."""
FINGER_SIZE = 500
"""Longer side of the copy fingers are looked for on, pixels: a finger is 20 wide there."""
ROUND = 0.06
"""Share of each side left out at either end: cards and booklets have round corners."""
LONGEST_SKIN = 0.5
"""Greatest share of a side a hand touches; what touches more is a desk, seen beside a sheet that is not quite straight."""


def cut_off(corners: Array, width: int, height: int) -> float:
    """How far the page runs out of the picture, as a share of the longer side; 1 when a whole side is lost.

    A side that lies on the picture's own border is lost: the paper's edge was never seen.
    """
    longer = max(width, height)
    beyond = np.stack([-corners[:, 0], -corners[:, 1], corners[:, 0] - width + 1, corners[:, 1] - height + 1], 1)
    touching = beyond > -0.004 * longer
    if (touching & np.roll(touching, -1, 0)).any():
        return 1.0
    return round(max(0.0, float(beyond.max())) / longer, 4)


def covered(page: Array, margin: int) -> float:
    """Share of the outline along which the step from desk to paper is missing: another paper, a hand, a clip lies there.

    `page` (BGR) is straightened, with `margin` pixels of desk around it. Only runs of places count: print may touch an
    edge here and there. Nothing is said of a side without a clear step to begin with: a lamp mirrored in the desk hides it.
    """
    sides = []
    for _ in range(4):
        sides.append(_steps(page, margin))
        page = np.rot90(page)
    lost = sum(_in_runs(_gone(near, further)) for near, further in sides)
    return round(lost / sum(len(near) for near, _further in sides), 4)


def _steps(page: Array, margin: int) -> tuple[Array, Array]:
    """Colour steps along the top side (8-bit Lab, places × 3) from the desk to the paper 1 % and 3 % further in.

    Two depths, because corners may lie in the sheet's own shadow; the ends, where corners are round, are left out.
    """
    outside = _along(page[: max(1, margin // 2)])
    ends = round(ROUND * len(outside))
    depths = (page[2 * margin : 3 * margin + 1], page[4 * margin : 5 * margin + 1])
    near, further = ((_along(band) - outside)[ends : len(outside) - ends] for band in depths)
    return near, further


def _along(band: Array) -> Array:
    """Mean colour (8-bit Lab) along a band at the top, smoothed over a hundredth of it: length × 3."""
    line = cv2.reduce(np.ascontiguousarray(band), 0, cv2.REDUCE_AVG)
    smooth = cv2.blur(line, (max(3, line.shape[1] // 100) | 1, 1))
    return np.asarray(cv2.cvtColor(smooth, cv2.COLOR_BGR2LAB)[0], np.float32)


def _gone(near: Array, further: Array) -> Array:
    """Per place along a side (n × 3 each), whether the step is missing that its clearest third has."""
    size = np.linalg.norm(near, axis=1)
    expected = np.median(near[size >= np.quantile(size, 0.67)], axis=0)
    if np.linalg.norm(expected) < STEP:
        return np.zeros(len(near), bool)
    least = GONE * expected @ expected
    return np.asarray((near @ expected < least) & (further @ expected < least))


def _in_runs(gone: Array) -> int:
    """How many places lie in unbroken runs of at least 4 % of the side."""
    ends = np.flatnonzero(np.diff(np.concatenate([[0], gone.astype(np.int8), [0]])))
    runs = ends[1::2] - ends[::2]
    return int(runs[runs >= 0.04 * len(gone)].sum())


def fingers(page: Array, margin: int) -> float:
    """Share of the page under fingers that reach in over its edge. `page` (BGR) has `margin` pixels of desk around it.

    Wood and brown paper have the colour of skin too. So a finger differs from the paper and from the desk, is as wide as
    a finger, reaches in further than a corner that was found a little off, and goes on outside.
    """
    scale = min(1.0, FINGER_SIZE / max(page.shape[:2]))
    margin = max(2, round(margin * scale))
    ycc = cv2.cvtColor(cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2YCrCb)
    height, width = ycc.shape[:2]
    if min(height, width) <= 4 * margin:
        return 0.0
    skin = cv2.inRange(ycc, np.array([45, 138, 85]), np.array([250, 175, 125]))
    grain = max(3, round(0.012 * max(height, width))) | 1
    shape = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (grain, grain))
    if not cv2.morphologyEx(skin, cv2.MORPH_OPEN, shape).any():
        return 0.0
    rim = np.concatenate([ycc[: margin // 2].reshape(-1, 3), ycc[-(margin // 2) :].reshape(-1, 3)])
    paper = np.median(ycc[margin:-margin:4, margin:-margin:4].reshape(-1, 3), axis=0)
    like_desk = _near(ycc, np.median(rim, axis=0), (18, 10, 10))
    like_paper = _near(ycc, paper, (255, 8, 8))
    blobs = cv2.morphologyEx(skin & ~like_paper & ~like_desk, cv2.MORPH_OPEN, shape)
    count, labels, stats, _middles = cv2.connectedComponentsWithStats(blobs, connectivity=4)
    inner = labels[margin:-margin, margin:-margin]
    held = [label for label in range(1, count) if _reaches_in(labels, label, stats[label], margin)]
    return round(sum(float((inner == label).mean()) for label in held), 4)


def _near(ycc: Array, colour: Array, reach: tuple[int, int, int]) -> Array:
    """255 where a pixel is within `reach` of `colour` in every channel, else 0."""
    return np.asarray(cv2.inRange(ycc, np.floor(colour) - reach, np.ceil(colour) + reach))


def _reaches_in(labels: Array, label: int, stats: Array, margin: int) -> bool:
    """Whether a blob comes in from outside, through a piece of edge as wide as a finger, and further than it is thick."""
    height, width = labels.shape
    longer = max(height, width)
    left, top, wide, tall = (int(value) for value in stats[:4])
    deep = {
        "top": top + tall - margin if top < margin // 2 + 1 else 0,
        "left": left + wide - margin if left < margin // 2 + 1 else 0,
        "bottom": height - margin - top if top + tall > height - margin // 2 - 1 else 0,
        "right": width - margin - left if left + wide > width - margin // 2 - 1 else 0,
    }
    edges = {
        "top": labels[margin],
        "left": labels[:, margin],
        "bottom": labels[height - margin - 1],
        "right": labels[:, width - margin - 1],
    }
    for side, depth in deep.items():
        contact = int((edges[side] == label).sum())
        if depth > 0.015 * longer and 0.012 * longer < contact < LONGEST_SKIN * longer and depth > 0.3 * contact:
            return True
    return False
