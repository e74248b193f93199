"""Is there a face in the portrait, whose, where and how large? Found, never recognised.

YuNet (MIT) sees drawn and photographed faces of 10 pixels and more. What it says is a hint for the clerk and never refuses
a picture: networks see some people less well than others.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from . import networks
from .geometry import Array

WORKING_SIZE = 320
"""Longer side of the copy faces are looked for on, pixels: a face worth a portrait is then 50 and more, at 5 ms."""
SURE = 0.7
"""Least sureness of a face; a wall pattern reaches 0.5."""
OVERLAP = 0.3
"""Two finds that share more than this are one face."""

_ALONE = threading.Lock()
"""The detector has one place for its input: two threads at once would read each other's picture."""


@dataclass(frozen=True)
class Face:
    """A face, in pixels of the picture it was looked for in."""

    left: float
    top: float
    width: float
    height: float
    sureness: float

    def cut(self, picture: Array) -> Array:
        """The pixels of the face, as far as it lies in the picture."""
        left, top = max(0, round(self.left)), max(0, round(self.top))
        return picture[
            top : max(top + 1, round(self.top + self.height)), left : max(left + 1, round(self.left + self.width))
        ]


def find(picture: Array) -> list[Face] | None:
    """The faces in `picture` (BGR), largest first; None where the network is not there, so that nobody looked."""
    detector = _detector()
    if detector is None:
        return None
    scale = min(1.0, WORKING_SIZE / max(picture.shape[:2]))
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else picture
    with _ALONE:
        detector.setInputSize((small.shape[1], small.shape[0]))
        _count, rows = detector.detect(np.ascontiguousarray(small))
    found = np.zeros((0, 15)) if rows is None else np.asarray(rows, np.float64)
    faces = []
    for row in found.tolist():
        left, top, width, height = (value / scale for value in row[:4])
        faces.append(Face(left, top, width, height, sureness=round(row[14], 3)))
    return sorted(faces, key=lambda face: -face.width * face.height)


@lru_cache(1)
def _detector() -> cv2.FaceDetectorYN | None:
    """Loaded once per process, at first need (5 ms). OpenCV 5 warns at every load of a choice nobody makes."""
    content = networks.content(networks.FACES)
    if content is None:
        return None
    level = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
    try:
        weights, none = np.frombuffer(content, np.uint8), np.zeros(0, np.uint8)
        return cv2.FaceDetectorYN.create("onnx", weights, none, (WORKING_SIZE, WORKING_SIZE), SURE, OVERLAP, 50)
    finally:
        cv2.utils.logging.setLogLevel(level)
