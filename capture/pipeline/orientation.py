"""Which way up does a page lie? A small trained network reads the look of the lines, not their words.

Measured on 31 pages in all four turns (20 drawn papers, most in Chinese, and 11 photographs of print and handwriting, among
them a card lying upside down): 124 of 124 read rightly, one of them too unsurely to be turned, at 5 to 8 ms.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import cast

import cv2
import numpy as np

from . import networks
from .geometry import Array
from .types import Turn

SIDE = 224
"""Pixels of the square the network looks at."""
SHORT = 256
"""Pixels the shorter side of the page is brought to; so the square sees most of its width."""
SURE = 0.6
"""Least sureness with which a page is turned: a page wrongly turned costs the clerk more than one left lying."""
MEAN = (0.485 * 255, 0.456 * 255, 0.406 * 255)
SPREAD = 0.226 * 255
"""Of the pictures the network was trained on; its three spreads differ by 1 %."""

_ALONE = threading.Lock()
"""A network has one place for its input: two threads at once would read each other's page."""


def upright(page: Array) -> tuple[Turn, float]:
    """Clockwise degrees that bring `page` (BGR, about 1000 pixels, straightened) upright, and how sure that is, 0 to 1.

    Turn 0 when it is not sure, as with blank paper; (0, 0.0) where the network is not there.
    """
    network = _network()
    if network is None:
        return 0, 0.0
    with _ALONE:
        network.setInput(_squares(page))
        shares = np.asarray(network.forward(), np.float64).mean(0)
    lies = int(np.argmax(shares))  # 0 to 3 quarter turns clockwise from upright
    sureness = round(float(shares[lies]), 3)
    turn = cast(Turn, (360 - 90 * lies) % 360)
    return (turn if sureness >= SURE else 0), sureness


def _squares(page: Array) -> Array:
    """The two ends of the page, each a square, as the network wants them: a title stands at an end, not in the middle."""
    height, width = page.shape[:2]
    scale = SHORT / min(height, width)
    size = (max(SIDE, round(width * scale)), max(SIDE, round(height * scale)))
    small = cv2.resize(page, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    below, right = small.shape[0] - SIDE, small.shape[1] - SIDE
    corners = [(0, right // 2), (below, right // 2)] if below >= right else [(below // 2, 0), (below // 2, right)]
    squares = [small[y : y + SIDE, x : x + SIDE] for y, x in corners]
    return np.asarray(cv2.dnn.blobFromImages(squares, 1 / SPREAD, (SIDE, SIDE), MEAN))


@lru_cache(1)
def _network() -> cv2.dnn.Net | None:
    """Loaded once per process, at first need (30 ms)."""
    content = networks.content(networks.ORIENTATION)
    if content is None:
        return None
    return cv2.dnn.readNetFromONNX(np.frombuffer(content, np.uint8), engine=cv2.dnn.ENGINE_NEW)
