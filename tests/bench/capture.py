"""What one captured page costs, stage by stage, next to the least any system must do for it and next to other programs.

All numbers of one size and number of cores come from one process and alternate with their floor, so that what the
machine does besides falls on both.
"""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import which
from statistics import median

import cv2
import numpy as np

from capture.pipeline import specimens
from capture.pipeline.decode import decode
from capture.pipeline.run import JPEG_QUALITY, process
from capture.pipeline.types import Recipe
from capture.pipeline.warp import warp

ROUNDS = 9
SIZES = {"8 MP": (2448, 3264), "16 MP": (3456, 4608)}
CORES = (1, 2)
PATIENCE = 300
"""Seconds another program may take for a page."""
Row = tuple[str, float | None, str, str]


def rows() -> Iterator[Row]:
    """Rows (name, value, unit, note): medians in milliseconds of the wall clock for an A4 sheet filling the picture."""
    before = cv2.getNumThreads()
    try:
        for name, size in SIZES.items():
            photo = specimens.photograph(specimens.sheet(1, (2480, 3508)), 1, size, fill=0.93)
            for cores in CORES:
                cv2.setNumThreads(cores)
                yield from _ours(photo, f"{name}, {cores} core{'s' * (cores > 1)}")
            cv2.setNumThreads(CORES[-1])
            yield from _others(photo, name)
    finally:
        cv2.setNumThreads(before)


def _ours(photo: bytes, what: str) -> Iterator[Row]:
    first = process(photo)
    runs, wholes, floors = [], [], []
    for _round in range(ROUNDS):
        wholes.append(_milliseconds(lambda: runs.append(process(photo).stages)))
        floors.append(_milliseconds(lambda: _floor(photo, first.pages[0].page.recipe)))
    for stage in runs[0]:
        yield f"capture, {what}: {stage}", median(run[stage] for run in runs), "ms", ""
    whole, floor = median(wholes), median(floors)
    yield f"capture, {what}: page in all", whole, "ms", f"{whole / floor:.2f} × floor"
    yield f"capture, {what}: floor", floor, "ms", "decode + warp + encode + SHA-256 of the same picture"


def _floor(photo: bytes, recipe: Recipe) -> None:
    hashlib.sha256(photo).digest()
    image, _ = decode(photo)
    _done, jpeg = cv2.imencode(".jpg", np.asarray(warp(image, recipe)), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    hashlib.sha256(jpeg.tobytes()).digest()


def _others(photo: bytes, what: str) -> Iterator[Row]:
    """Programs that straighten scans get the page already cut out: less work than ours has."""
    ours = median(_milliseconds(lambda: process(photo)) for _round in range(3))
    found = process(photo).pages[0]
    page = found.page
    with tempfile.TemporaryDirectory() as folder:
        flat, grey = Path(folder, "page.jpg"), Path(folder, "page.pgm")
        flat.write_bytes(page.jpeg)
        pixels = cv2.imdecode(np.frombuffer(page.jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
        cv2.imwrite(str(grey), pixels)
        dpi = str(round(found.dpi or 250))
        commands = {
            "unpaper": ["unpaper", "--overwrite", str(grey), f"{folder}/unpaper.pgm"],
            "ocrmypdf --deskew": [
                *("ocrmypdf", "--deskew", "--tesseract-timeout", "0", "--optimize", "0", "--output-type", "pdf"),
                *("--image-dpi", dpi, str(flat), f"{folder}/deskewed.pdf"),
            ],
        }
        for name, command in commands.items():
            row = f"capture, {what}: {name}"
            if which(command[0]) is None:
                yield row, None, "", "not installed"
                continue
            took = median(_milliseconds(lambda command=command: _run(command)) for _round in range(3))
            yield row, took, "ms", f"{took / ours:.1f} × ours; gets the page already cut out"


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)


def _milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000
