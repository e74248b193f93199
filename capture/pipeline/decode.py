"""Bytes to pixels, with the door closed to what is not a whole JPEG or PNG of sane size."""

from __future__ import annotations

import struct
import zlib

import cv2
import numpy as np

from .errors import Unreadable
from .geometry import Array

MOST_BYTES = 40 * 1024 * 1024
MOST_PIXELS = 120_000_000
"""Greatest width × height; decoded, that is 360 MB."""

_JPEG = b"\xff\xd8\xff"
_PNG = b"\x89PNG\r\n\x1a\n"
_FRAME_HEADERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})


def decode(data: bytes) -> tuple[Array, str]:
    """Pixels (BGR, 8 bit, EXIF turn applied) and media type of a JPEG or PNG.

    Size is read from the header before anything is unpacked, so that a small file cannot fill the memory.
    Raises Unreadable: `empty`, `not_an_image`, `truncated`, `too_large`.
    """
    if not data:
        raise Unreadable("empty")
    if len(data) > MOST_BYTES:
        raise Unreadable("too_large", megabytes=len(data) // 1_048_576, most=MOST_BYTES // 1_048_576)
    if data.startswith(_JPEG):
        media_type, (width, height) = "image/jpeg", _whole_jpeg(data)
    elif data.startswith(_PNG):
        media_type, (width, height) = "image/png", _whole_png(data)
    else:
        raise Unreadable("not_an_image")
    if width * height > MOST_PIXELS:
        raise Unreadable("too_large", megapixels=width * height // 1_000_000, most=MOST_PIXELS // 1_000_000)
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_BGR)
    except cv2.error as exc:
        raise Unreadable("not_an_image") from exc
    if image is None:
        raise Unreadable("not_an_image")
    return np.asarray(image), media_type


def _whole_jpeg(data: bytes) -> tuple[int, int]:
    """Width and height of a JPEG that has all its segments, its picture data and its end marker (ITU-T T.81 B.1).

    Decoders paint the missing part of a broken file grey without a word, so its end is looked for here. Inside picture
    data 0xFF is always followed by 0 or a restart marker: what reads FF D9 there is the end.
    """
    size: tuple[int, int] | None = None
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            raise Unreadable("not_an_image")
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker in _WITHOUT_LENGTH:
            at += 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if marker in _FRAME_HEADERS and at + 9 <= len(data):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            size = (width, height)
        at += 2 + length
        if marker == 0xDA:
            if size is None or 0 in size:
                raise Unreadable("not_an_image")
            if data.find(b"\xff\xd9", at) < 0:
                raise Unreadable("truncated")
            return size
    raise Unreadable("truncated")


def _whole_png(data: bytes) -> tuple[int, int]:
    """Width and height of a PNG whose chunks are all there with right checksums, up to IEND."""
    size: tuple[int, int] | None = None
    at = len(_PNG)
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        name, end = data[at + 4 : at + 8], at + 12 + length
        if end > len(data):
            break
        if zlib.crc32(data[at + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big"):
            raise Unreadable("truncated")
        if name == b"IHDR":
            width, height = struct.unpack(">II", data[at + 8 : at + 16])
            size = (width, height)
        if name == b"IEND":
            if size is None or 0 in size:
                raise Unreadable("not_an_image")
            return size
        at = end
    raise Unreadable("truncated")
