"""What a document camera sees, as files Chromium takes for its camera."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np

RATE = 3
"""Pictures in a second. A document camera on USB 2 gives about as few of 8 MP, and 30 would keep both cores of a small
machine busy with nothing but unpacking them.
"""


def slow_camera(path: Path, photographs: Iterable[bytes], size: tuple[int, int], seconds: int = 1) -> Path:
    """Write JPEG `photographs` of `size` (width, height) one after another, each seen so many seconds; begins anew at the end.

    Plain YUV4MPEG2 frames: nothing to unpack, and the rate is said in the file.
    """
    with path.open("wb") as stream:
        stream.write(f"YUV4MPEG2 W{size[0]} H{size[1]} F{RATE}:1 Ip A1:1 C420jpeg\n".encode())
        for photograph in photographs:
            picture = cv2.imdecode(np.frombuffer(photograph, np.uint8), cv2.IMREAD_COLOR_BGR)
            assert picture is not None, "photographs are JPEG files"
            fitting = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
            frame = b"FRAME\n" + cv2.cvtColor(fitting, cv2.COLOR_BGR2YUV_I420).tobytes()
            stream.write(frame * (RATE * seconds))
    return path
