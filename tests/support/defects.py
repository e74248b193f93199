"""What goes wrong under a document camera, drawn onto a staged photograph in measured strengths."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from capture.pipeline import specimens
from capture.pipeline.geometry import Array

SKINS = ((150, 180, 222), (118, 150, 205), (86, 116, 170), (58, 82, 128))
"""From light to dark, BGR."""


def jpeg(photo: Array) -> bytes:
    """The photograph as the camera would send it."""
    done, buffer = cv2.imencode(".jpg", photo, [cv2.IMWRITE_JPEG_QUALITY, 92])
    assert done
    return buffer.tobytes()


def staged(page: Array | None = None, seed: int = 1, **scene: Any) -> tuple[Array, Array]:
    """A good photograph and the true corners of its page."""
    return specimens.staged(specimens.sheet(seed) if page is None else page, seed, **scene)


def held(photo: Array, corners: Array, reach: float, skin: int = 0, side: int = 2, along: float = 0.4) -> Array:
    """A finger holds the page: in over `side` (0 top, clockwise), `reach` times as far as it is thick (A4: 17 mm)."""
    start, end = corners[side], corners[(side + 1) % 4]
    edge = start + (end - start) * along
    inward = corners.mean(0) - edge
    inward /= np.linalg.norm(inward)
    thick = 0.06 * float(np.linalg.norm(corners[1] - corners[2]))
    tip, root = edge + inward * thick * (reach - 0.5), edge - inward * thick * 9
    mask = np.zeros(photo.shape[:2], np.uint8)
    whole = [(round(float(x)), round(float(y))) for x, y in (root, tip)]
    cv2.line(mask, whole[0], whole[1], 255, round(thick), cv2.LINE_AA)
    depth = cv2.distanceTransform((mask > 127).astype(np.uint8), cv2.DIST_L2, 3) / (thick / 2)
    round_off = (0.62 + 0.38 * np.sqrt(np.clip(depth, 0, 1)))[..., None]  # lit from above, darker towards its sides
    share = cv2.GaussianBlur(mask, (0, 0), 1.2).astype(np.float32)[..., None] / 255
    shadow = cv2.GaussianBlur(mask, (0, 0), thick / 5).astype(np.float32)[..., None] / 255
    scene = photo * (1 - 0.3 * shadow)
    return np.asarray((scene * (1 - share) + np.array(SKINS[skin]) * round_off * share).clip(0, 255).astype(np.uint8))


def overlaid(photo: Array, corners: Array, share: float, colour: tuple[int, int, int] = (240, 243, 244)) -> Array:
    """Another sheet lies over `share` of the page's right side and a tenth of its width."""
    top, bottom = corners[1], corners[2]
    across = (corners[1] - corners[0]) * 0.1
    begin, stop = top + (bottom - top) * (0.5 - share / 2), top + (bottom - top) * (0.5 + share / 2)
    sheet = np.array([begin - across, begin + across * 3, stop + across * 3, stop - across])
    over = photo.copy()
    cv2.fillConvexPoly(over, np.round(sheet).astype(np.int32), colour, cv2.LINE_AA)
    return over


def without_colour(photo: Array) -> Array:
    """As a camera set to grey would send it."""
    return np.asarray(cv2.cvtColor(cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR))
