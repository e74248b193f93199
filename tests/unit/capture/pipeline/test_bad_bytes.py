"""Whatever bytes arrive, the answer is a picture or a plain refusal, in bounded memory; nothing ever dies of them."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from capture.pipeline.decode import decode
from capture.pipeline.errors import Unreadable
from capture.pipeline.run import process


def _picture(mode: str = "RGB", size: tuple[int, int] = (64, 48)) -> Image.Image:
    rng = np.random.default_rng(3)
    return Image.fromarray(rng.integers(0, 256, (size[1], size[0], 3), np.uint8)).convert(mode)


def _saved(picture: Image.Image, form: str, **more: object) -> bytes:
    shelf = io.BytesIO()
    picture.save(shelf, form, **more)
    return shelf.getvalue()


def _png(width: int, height: int, data: bytes) -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


TAKEN: dict[str, Callable[[], bytes]] = {
    "progressive JPEG": lambda: _saved(_picture(), "JPEG", progressive=True),
    "CMYK JPEG": lambda: _saved(_picture("CMYK"), "JPEG"),
    "grey JPEG": lambda: _saved(_picture("L"), "JPEG"),
    "palette PNG": lambda: _saved(_picture("P"), "PNG"),
    "PNG with alpha": lambda: _saved(_picture("RGBA"), "PNG"),
    "16-bit PNG": lambda: _saved(Image.fromarray(np.arange(3072, dtype=np.uint16).reshape(48, 64)), "PNG"),
    "JPEG with a ZIP behind it": lambda: _saved(_picture(), "JPEG") + b"PK\x03\x04" + bytes(200),
    "JPEG with much beside the picture": lambda: _saved(_picture(), "JPEG", exif=b"Exif\x00\x00" + bytes(60_000)),
}
REFUSED: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "TIFF": lambda: _saved(_picture(), "TIFF"),
    "GIF that is a script too": lambda: b"GIF89a/*" + bytes(40) + b"*/=1;alert(1)",
    "PDF": lambda: b"%PDF-1.7\n" + _saved(_picture(), "JPEG"),
    "WebP": lambda: _saved(_picture(), "WEBP"),
    "HEIC": lambda: b"\x00\x00\x00\x18ftypheic" + bytes(100),
    "JPEG that begins with a PDF": lambda: b"\xff\xd8\xff%PDF-1.7" + bytes(300),
    "PNG of 60,000 × 60,000": lambda: _png(60_000, 60_000, zlib.compress(bytes(1000))),
    "PNG whose data never end": lambda: _png(64, 48, zlib.compress(bytes(50_000_000), 9)[:-9]),
    "JPEG of 65,500 × 65,500": lambda: _with_size(_saved(_picture(), "JPEG"), 65_500),
    "JPEG of no height": lambda: _with_size(_saved(_picture(), "JPEG"), 0),
}


def _with_size(jpeg: bytes, side: int) -> bytes:
    at = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:at] + struct.pack(">HH", side, side) + jpeg[at + 4 :]


@pytest.mark.parametrize("kind", TAKEN)
def test_unusual_pictures_are_read(kind: str) -> None:
    image, _media_type = decode(TAKEN[kind]())
    assert image.shape == (48, 64, 3)
    assert image.dtype == np.uint8


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_picture_of_sane_size_is_refused(kind: str) -> None:
    with pytest.raises(Unreadable):
        decode(REFUSED[kind]())


@pytest.mark.parametrize("size", [(1, 1), (1, 2000), (3, 3)])
def test_the_smallest_pictures_are_no_page(size: tuple[int, int]) -> None:
    assert process(_saved(_picture(size=size), "PNG")).pages == ()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_turn_noted_in_a_photograph_is_applied(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    image, _ = decode(_saved(_picture(), "JPEG", exif=exif.tobytes()))
    assert image.shape[:2] == ((48, 64) if orientation < 5 else (64, 48))


@pytest.mark.slow
def test_five_thousand_spoiled_pictures_harm_nothing() -> None:
    command = [sys.executable, "-m", "tests.faults.mutations", "5000"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    outcomes = json.loads(run.stdout)
    assert sum(outcomes.values()) == 5000
    assert min(outcomes["readable"], outcomes["truncated"], outcomes["not_an_image"]) > 100
