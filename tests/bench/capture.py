"""What one captured page costs, stage by stage, next to the least any system must do for it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from statistics import median

import cv2
import numpy as np

from capture.pipeline import specimens
from capture.pipeline.decode import decode
from capture.pipeline.run import process
from capture.pipeline.warp import warp

ROUNDS = 7


def rows() -> Iterator[tuple[str, float, str, str]]:
    """Rows (name, value, unit, note) for an A4 sheet at 8 megapixels, median of seven rounds in one process."""
    photo = specimens.photograph(specimens.sheet(1), 1)
    runs = [process(photo) for _ in range(ROUNDS + 1)][1:]
    for stage in runs[0].stages:
        yield f"capture: {stage}", median(run.stages[stage] for run in runs), "ms", "8 MP, A4"
    whole = median(sum(run.stages.values()) for run in runs)
    floor = median(_floor(photo) for _ in range(ROUNDS))
    yield "capture: page in all", whole, "ms", f"{whole / floor:.1f} × floor, {cv2.getNumThreads()} threads"
    yield "capture: floor", floor, "ms", "decode + warp + encode + SHA-256 of the same frame"


def _floor(photo: bytes) -> float:
    page = process(photo).pages[0].page
    start = time.perf_counter()
    image, _ = decode(photo)
    _done, jpeg = cv2.imencode(".jpg", np.asarray(warp(image, page.recipe)), [cv2.IMWRITE_JPEG_QUALITY, 90])
    hashlib.sha256(jpeg.tobytes()).hexdigest()
    return (time.perf_counter() - start) * 1000
