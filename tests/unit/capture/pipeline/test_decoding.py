"""Only whole JPEG and PNG pictures of sane size come in."""

from __future__ import annotations

import struct
import zlib

import cv2
import numpy as np
import pytest

from capture.pipeline import decode as decoding
from capture.pipeline.decode import decode
from capture.pipeline.errors import Unreadable
from capture.pipeline.geometry import Array


def _picture(width: int = 64, height: int = 48) -> Array:
    return np.random.default_rng(1).integers(0, 255, (height, width, 3), np.uint8)


def _encoded(kind: str, image: Array | None = None) -> bytes:
    done, buffer = cv2.imencode(kind, _picture() if image is None else image)
    assert done
    return buffer.tobytes()


def _reason(data: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        decode(data)
    return refused.value.reason


@pytest.mark.parametrize(("kind", "media_type"), [(".jpg", "image/jpeg"), (".png", "image/png")])
def test_a_whole_picture_is_decoded(kind: str, media_type: str) -> None:
    image, found = decode(_encoded(kind))
    assert image.shape == (48, 64, 3)
    assert found == media_type


def test_nothing_is_refused_as_empty() -> None:
    assert _reason(b"") == "empty"


@pytest.mark.parametrize("data", [b"%PDF-1.7 ...", b"GIF89a....", b"MM\x00*....", b"\xff\xd8\xff", b"\x00" * 100])
def test_other_kinds_of_file_are_refused(data: bytes) -> None:
    assert _reason(data) in ("not_an_image", "truncated")


@pytest.mark.parametrize("kind", [".jpg", ".png"])
@pytest.mark.parametrize("share", [0.3, 0.7, 0.99])
def test_a_picture_that_breaks_off_is_refused_although_decoders_would_paint_the_rest_grey(
    kind: str, share: float
) -> None:
    data = _encoded(kind)
    assert _reason(data[: int(len(data) * share)]) == "truncated"


def test_a_damaged_png_is_refused_by_its_checksum() -> None:
    data = bytearray(_encoded(".png"))
    data[len(data) // 2] ^= 1
    assert _reason(bytes(data)) == "truncated"


def test_too_many_bytes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MOST_BYTES", 1000)
    assert _reason(_encoded(".jpg")) == "too_large"


def test_a_bomb_is_refused_by_its_header_before_anything_is_unpacked() -> None:
    header = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    end = struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND"))
    assert _reason(b"\x89PNG\r\n\x1a\n" + chunk + end) == "too_large"


def test_the_turn_a_phone_notes_in_exif_is_applied() -> None:
    plain = _encoded(".jpg")
    exif = (
        b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"
    )
    turned = plain[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + plain[2:]
    assert decode(turned)[0].shape == (64, 48, 3)


def test_a_grey_picture_becomes_a_coloured_one() -> None:
    assert decode(_encoded(".jpg", _picture()[..., 0]))[0].shape == (48, 64, 3)
