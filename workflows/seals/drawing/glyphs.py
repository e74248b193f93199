"""Characters as outlines: no font is needed, or embedded, when a finished seal is used."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont
from pylopdf_fonts_zh_cn import sans_path, serif_path

from .canvas import RED, Drawing, Segment, moved


def write(
    drawing: Drawing,
    character: str,
    foot: tuple[float, float],
    height: float,
    *,
    colour: tuple[float, float, float] = RED,
    turn: float = 0.0,
    weight: float = 0.0,
    narrow: float = 1.0,
    sans: bool = False,
) -> None:
    """One character with the middle of its foot at `foot`, turned by `turn` radians; `weight` points thicken it.

    `narrow`: its width as a part of what it would be; the characters on the arc of a long name are tall and narrow.
    """
    outline, advance, units = _glyph(character, sans)
    if not outline:
        return
    scale = height / units
    cos, sin = math.cos(turn) * scale, math.sin(turn) * scale
    across, along = cos * narrow, sin * narrow
    matrix = (across, along, -sin, cos, foot[0] - across * advance / 2, foot[1] - along * advance / 2)
    drawing.add(moved(outline, matrix), colour, fill=True, line=weight)


@lru_cache(maxsize=2)
def _font(sans: bool) -> tuple[Any, Any, dict[int, str]]:
    font = TTFont(str(sans_path() if sans else serif_path()), lazy=True)
    return font, font.getGlyphSet(), font.getBestCmap()


@lru_cache(maxsize=4096)
def _glyph(character: str, sans: bool) -> tuple[tuple[Segment, ...], float, int]:
    faces = (_font(sans), _font(not sans))  # a rare character may be in the other face only
    font, glyphs, characters = next((face for face in faces if ord(character) in face[2]), faces[0])
    name = characters.get(ord(character)) or characters[ord("〓")]
    pen = RecordingPen()
    glyphs[name].draw(pen)
    return tuple(_segments(pen.value)), glyphs[name].width, font["head"].unitsPerEm


def advance_of(character: str) -> float:
    """Width of a character in ems."""
    _outline, advance, units = _glyph(character, True)
    return advance / units


def _segments(recorded: list[Any]) -> Iterator[Segment]:
    for verb, points in recorded:
        flat = tuple(coordinate for point in points for coordinate in point)
        if verb == "moveTo":
            yield "m", flat
        elif verb == "lineTo":
            yield "l", flat
        elif verb == "curveTo":
            yield "c", flat
        elif verb == "closePath":
            yield "h", ()
