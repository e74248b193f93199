"""The calibration sheet: a board of known size on A4 landscape, drawn to the millimetre.

A chessboard whose white squares carry markers (ChArUco): every inner corner is known by its number, so a view that
shows only part of the sheet counts too. Below it a ruler of 100 mm, because printers like to "fit to page".
"""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np

from .geometry import Array

SQUARES = (12, 8)
"""Squares across and down; the inner corners are one fewer each way."""
SQUARE_MM = 20.0
MARKER_MM = 15.0
PAPER_MM = (297.0, 210.0)
CORNER_MM = (28.5, 12.0)
"""Where the board's top-left corner lies on the paper; printers need some margin."""
RULER_MM = 100.0
_RULER_AT = (28.5, 186.0)
_MODULES = 7
"""Modules across a marker: five of code and one of black rim on either side."""


@cache
def board() -> cv2.aruco.CharucoBoard:
    """The board as OpenCV knows it, in millimetres."""
    markers = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_5X5_50)
    return cv2.aruco.CharucoBoard(SQUARES, SQUARE_MM, MARKER_MM, markers)


def corners_mm() -> Array:
    """All inner corners by number, N × 2, millimetres from the board's top-left corner."""
    return np.asarray(board().getChessboardCorners(), np.float64)[:, :2]


def middle_mm() -> Array:
    """The board's centre, millimetres from its top-left corner."""
    return np.array(SQUARES) * SQUARE_MM / 2


def svg() -> str:
    """The sheet as SVG of exactly A4 landscape; print it at 100 %. It bears signs and numbers only, no language."""
    width, height = (f"{side:g}" for side in PAPER_MM)
    ruler_x, ruler_y = _RULER_AT
    ticks = "".join(
        f"M{ruler_x + mm:g} {ruler_y:g}v{-5 if mm % 50 == 0 else -3 if mm % 10 == 0 else -1.5:g}"
        for mm in range(0, int(RULER_MM) + 1, 5)
    )
    numbers = "".join(
        f'<text x="{ruler_x + mm:g}" y="{ruler_y + 5:g}" text-anchor="middle">{mm}</text>' for mm in (0, 50, 100)
    )
    x, y = CORNER_MM
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" viewBox="0 0 {width} {height}">'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>'
        f'<path transform="translate({x:g} {y:g})" fill="#000000" d="{"".join(_black_rectangles())}"/>'
        f'<path fill="none" stroke="#000000" stroke-width="0.25" d="M{ruler_x:g} {ruler_y:g}h{RULER_MM:g}{ticks}"/>'
        f'<g font-family="sans-serif" font-size="4" fill="#000000">{numbers}'
        f'<text x="{ruler_x + 106:g}" y="{ruler_y + 5:g}">mm</text></g></svg>'
    )


def raster(px_per_mm: float) -> Array:
    """The whole sheet as grey pixels, as a perfect printer would put it on paper (255 paper, 0 ink)."""
    across, down = (round(side * px_per_mm) for side in PAPER_MM)
    pixels = np.full((down, across), 255, np.uint8)
    size = (round(SQUARES[0] * SQUARE_MM * px_per_mm), round(SQUARES[1] * SQUARE_MM * px_per_mm))
    x, y = (round(mm * px_per_mm) for mm in CORNER_MM)
    pixels[y : y + size[1], x : x + size[0]] = board().generateImage(size, marginSize=0, borderBits=1)
    return pixels


def _black_rectangles() -> list[str]:
    """Path data of all that is black on the board, millimetres from its top-left corner."""
    pieces = [
        _rectangle(column * SQUARE_MM, row * SQUARE_MM, SQUARE_MM, SQUARE_MM)
        for row in range(SQUARES[1])
        for column in range(SQUARES[0])
        if (row + column) % 2 == 0
    ]
    module = MARKER_MM / _MODULES
    markers = board().getDictionary()
    for number, place in zip(np.ravel(board().getIds()).tolist(), board().getObjPoints(), strict=True):
        left, top = np.asarray(place)[0, :2]
        black = markers.generateImageMarker(number, _MODULES) == 0
        for row in range(_MODULES):
            edges = np.flatnonzero(np.diff(np.concatenate([[0], black[row].astype(np.int8), [0]])))
            for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
                pieces.append(_rectangle(left + start * module, top + row * module, (end - start) * module, module))
    return pieces


def _rectangle(x: float, y: float, width: float, height: float) -> str:
    return f"M{x:.3f} {y:.3f}h{width:.3f}v{height:.3f}h{-width:.3f}z"
