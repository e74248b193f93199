"""Drawing seals as vectors: one layout gives the PDF operators for the file and the SVG for the screen.

Glyphs become outlines when a seal is designed, so no font is needed (or embedded) when it is used.
Lengths are PDF points (1/72 inch), the origin is the lower left corner.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont
from pylopdf_fonts_zh_cn import sans_path, serif_path

MM = 72 / 25.4
RED = (0.80, 0.07, 0.09)
INK = (0.12, 0.12, 0.14)

OPERATORS = {"m": "%.2f %.2f m", "l": "%.2f %.2f l", "c": "%.2f %.2f %.2f %.2f %.2f %.2f c", "h": "h"}
"""How a segment is written in a PDF."""

Segment = tuple[str, tuple[float, ...]]
Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True)
class Shape:
    """One path: filled, stroked with `line` points, or both."""

    segments: tuple[Segment, ...]
    colour: tuple[float, float, float]
    filled: bool
    line: float = 0.0


@dataclass
class Drawing:
    """Shapes in a box of `width` × `height` points."""

    width: float
    height: float
    shapes: list[Shape] = field(default_factory=list)

    def add(
        self, segments: Iterable[Segment], colour: tuple[float, float, float], *, fill: bool, line: float = 0
    ) -> None:
        """Add one path."""
        self.shapes.append(Shape(tuple(segments), colour, fill, line))

    def operators(self) -> bytes:
        """PDF content operators."""
        out = ["q 1 j 1 J"]
        for shape in self.shapes:
            red, green, blue = shape.colour
            out.append(f"{red:g} {green:g} {blue:g} rg {red:g} {green:g} {blue:g} RG {shape.line:g} w")
            out += [OPERATORS[verb] % numbers for verb, numbers in shape.segments]
            out.append({(True, True): "B", (True, False): "f", (False, True): "S"}[shape.filled, shape.line > 0])
        return ("\n".join([*out, "Q"])).encode("ascii")

    def svg(self) -> str:
        """The same picture as a stand-alone SVG document."""
        parts = []
        for shape in self.shapes:
            colour = "#" + "".join(f"{round(255 * part):02x}" for part in shape.colour)
            path = " ".join(
                ("Z" if verb == "h" else verb.upper())
                + " ".join(f"{n:.2f}" if i % 2 == 0 else f"{self.height - n:.2f}" for i, n in enumerate(numbers))
                for verb, numbers in shape.segments
            )
            paint = f'fill="{colour}"' if shape.filled else 'fill="none"'
            stroke = f' stroke="{colour}" stroke-width="{shape.line:g}"' if shape.line else ""
            parts.append(f'<path d="{path}" {paint}{stroke}/>')
        size = f'width="{self.width:g}pt" height="{self.height:g}pt" viewBox="0 0 {self.width:g} {self.height:g}"'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(parts)}</svg>'


def round_seal(*, unit: str, kind: str) -> Drawing:
    """A unit's round seal, 42 mm across: ring, five-pointed star, name on the arc, kind below (GA circular seals)."""
    size = 42 * MM
    centre = size / 2
    drawing = Drawing(size, size)
    drawing.add(_circle(centre, centre, centre - 1.1 * MM), RED, fill=False, line=1.3 * MM)
    drawing.add(_star(centre, centre + 0.6 * MM, 6.6 * MM), RED, fill=True)
    span = math.radians(min(242.0, 26.0 * max(len(unit) - 1, 1)))
    step = span / max(len(unit) - 1, 1)
    height = min(5.6 * MM, step * 15.2 * MM * 0.98)
    for place, character in enumerate(unit):
        angle = math.pi / 2 + span / 2 - place * step
        turn = angle - math.pi / 2
        radius = 18.6 * MM - height
        x, y = centre + radius * math.cos(angle), centre + radius * math.sin(angle)
        _write(drawing, character, (x, y), height, turn=turn, weight=0.35)
    length = min(4.2 * MM, 24 * MM / max(len(kind), 1))
    start = centre - length * (len(kind) - 1) / 2
    for place, character in enumerate(kind):
        _write(drawing, character, (start + place * length, centre - 13.2 * MM), length * 0.95, weight=0.3)
    return drawing


def square_seal(*, name: str) -> Drawing:
    """A person's square seal, 20 mm: read from the right column down, filled up with 印 or 之印 as custom has it."""
    size = 20 * MM
    drawing = Drawing(size, size)
    drawing.add(_rectangle(0.8 * MM, 0.8 * MM, size - 1.6 * MM, size - 1.6 * MM), RED, fill=False, line=1.2 * MM)
    text = {1: name + "之印", 2: name + "之印", 3: name + "印"}.get(len(name), name)
    rows = math.ceil(len(text) / 2)
    cell_w, cell_h = (size - 4 * MM) / 2, (size - 4 * MM) / rows
    height = min(cell_w, cell_h) * 0.96
    for place, character in enumerate(text):
        column, row = divmod(place, rows)
        x = size - 2 * MM - cell_w * (column + 0.5)
        y = size - 2 * MM - cell_h * (row + 0.5) - height * 0.38
        _write(drawing, character, (x, y), height, weight=0.35)
    return drawing


def signed_panel(
    *, seal: Drawing, opinion: str, signature_lines: Sequence[str], width: float, height: float
) -> Drawing:
    """An officer's mark on the form: the opinion above, who and when below, the personal seal beside them.

    The opinion is set as large as it fits and never cut: what is sealed must be there to read.
    """
    drawing = Drawing(width, height)
    side = min(height - 4, 20 * MM)
    edge = width - side - 10
    _paste(drawing, seal, edge + 6, 3.0, side / seal.width)
    leading = 12.5
    foot = 6.0 + leading * (len(signature_lines) - 1)
    for place, line in enumerate(signature_lines):
        _set(drawing, line, edge - _length(line, 9) - 2, foot - place * leading, 9)
    size, lines = _fitting(opinion, width=edge - 10, height=height - foot - leading - 2)
    for place, line in enumerate(lines):
        _set(drawing, line, 6.0, height - size - 1 - place * size * 1.38, size)
    return drawing


def fitted(seal: Drawing, *, width: float, height: float) -> Drawing:
    """`seal` in the middle of a box, as large as it may be without growing past its true size."""
    scale = min(width / seal.width, height / seal.height, 1.0)
    drawing = Drawing(width, height)
    _paste(drawing, seal, (width - seal.width * scale) / 2, (height - seal.height * scale) / 2, scale)
    return drawing


def to_json(drawing: Drawing) -> dict[str, Any]:
    """The finished outlines, to be stored with the seal."""
    return {
        "width": round(drawing.width, 3),
        "height": round(drawing.height, 3),
        "shapes": [
            [[[verb, [round(n, 2) for n in numbers]] for verb, numbers in s.segments], list(s.colour), s.filled, s.line]
            for s in drawing.shapes
        ],
    }


def from_json(stored: dict[str, Any]) -> Drawing:
    """The drawing as it was when the seal was made."""
    drawing = Drawing(stored["width"], stored["height"])
    for segments, colour, filled, line in stored["shapes"]:
        drawing.add([(verb, tuple(numbers)) for verb, numbers in segments], tuple(colour), fill=filled, line=line)
    return drawing


def _paste(drawing: Drawing, other: Drawing, left: float, bottom: float, scale: float) -> None:
    matrix = (scale, 0.0, 0.0, scale, left, bottom)
    for shape in other.shapes:
        drawing.add(_moved(shape.segments, matrix), shape.colour, fill=shape.filled, line=shape.line * scale)


def _write(
    drawing: Drawing,
    character: str,
    foot: tuple[float, float],
    height: float,
    *,
    colour: tuple[float, float, float] = RED,
    turn: float = 0.0,
    weight: float = 0.0,
    sans: bool = False,
) -> None:
    """One character with the middle of its foot at `foot`, turned by `turn` radians; `weight` points thicken it."""
    outline, advance, units = _glyph(character, sans)
    if not outline:
        return
    scale = height / units
    cos, sin = math.cos(turn) * scale, math.sin(turn) * scale
    matrix = (cos, sin, -sin, cos, foot[0] - cos * advance / 2, foot[1] - sin * advance / 2)
    drawing.add(_moved(outline, matrix), colour, fill=True, line=weight)


@lru_cache(maxsize=2)
def _font(sans: bool) -> tuple[Any, Any, dict[int, str]]:
    font = TTFont(str(sans_path() if sans else serif_path()), lazy=True)
    return font, font.getGlyphSet(), font.getBestCmap()


@lru_cache(maxsize=4096)
def _glyph(character: str, sans: bool) -> tuple[tuple[Segment, ...], float, int]:
    font, glyphs, characters = _font(sans)
    name = characters.get(ord(character)) or characters[ord("〓")]
    pen = RecordingPen()
    glyphs[name].draw(pen)
    return tuple(_segments(pen.value)), glyphs[name].width, font["head"].unitsPerEm


def _advance(character: str) -> float:
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


def _moved(segments: Iterable[Segment], matrix: Matrix) -> Iterator[Segment]:
    a, b, c, d, e, f = matrix
    for verb, numbers in segments:
        moved: list[float] = []
        for x, y in zip(numbers[::2], numbers[1::2], strict=True):
            moved += [a * x + c * y + e, b * x + d * y + f]
        yield verb, tuple(moved)


def _set(drawing: Drawing, line: str, x: float, y: float, size: float) -> None:
    """One line of plain text from (x, y) on."""
    for character in line:
        advance = _advance(character) * size
        _write(drawing, character, (x + advance / 2, y), size, colour=INK, sans=True)
        x += advance


def _length(line: str, size: float) -> float:
    return sum(_advance(character) for character in line) * size


def _fitting(text: str, *, width: float, height: float) -> tuple[float, list[str]]:
    """The largest size from 10.5 points down at which `text` fits the box, and its lines."""
    size = 10.5
    while True:
        lines = [piece for line in text.splitlines() for piece in _wrap(line, size, width)]
        if len(lines) * size * 1.38 <= height or size <= 2:
            return size, lines
        size -= 0.5


def _wrap(line: str, size: float, width: float) -> Iterator[str]:
    start, used = 0, 0.0
    for place, character in enumerate(line):
        advance = _advance(character) * size
        # A full stop or comma never begins a line; it hangs over the edge instead.
        if used + advance > width and place > start and character not in "，。、；：！？）》”":
            yield line[start:place]
            start, used = place, 0.0
        used += advance
    yield line[start:]


def _circle(x: float, y: float, radius: float) -> list[Segment]:
    k = 0.5522847498 * radius
    return [
        ("m", (x + radius, y)),
        ("c", (x + radius, y + k, x + k, y + radius, x, y + radius)),
        ("c", (x - k, y + radius, x - radius, y + k, x - radius, y)),
        ("c", (x - radius, y - k, x - k, y - radius, x, y - radius)),
        ("c", (x + k, y - radius, x + radius, y - k, x + radius, y)),
        ("h", ()),
    ]


def _star(x: float, y: float, radius: float) -> list[Segment]:
    inner = radius * math.sin(math.radians(18)) / math.sin(math.radians(126))
    points = [
        (x + r * math.cos(math.radians(90 + 36 * i)), y + r * math.sin(math.radians(90 + 36 * i)))
        for i, r in enumerate([radius, inner] * 5)
    ]
    return [("m", points[0]), *[("l", point) for point in points[1:]], ("h", ())]


def _rectangle(x: float, y: float, width: float, height: float) -> list[Segment]:
    return [
        ("m", (x, y)),
        ("l", (x + width, y)),
        ("l", (x + width, y + height)),
        ("l", (x, y + height)),
        ("h", ()),
    ]
