"""A drawing: paths in a box. One layout gives the PDF operators for the file and the SVG for the screen.

Lengths are PDF points (1/72 inch), the origin is the lower left corner.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

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


def paste(drawing: Drawing, other: Drawing, left: float, bottom: float, scale: float) -> None:
    """Put all of `other` into `drawing`, its lower left corner at (left, bottom)."""
    matrix = (scale, 0.0, 0.0, scale, left, bottom)
    for shape in other.shapes:
        drawing.add(moved(shape.segments, matrix), shape.colour, fill=shape.filled, line=shape.line * scale)


def moved(segments: Iterable[Segment], matrix: Matrix) -> Iterator[Segment]:
    """The path under an affine map (PDF order of the six numbers)."""
    a, b, c, d, e, f = matrix
    for verb, numbers in segments:
        moved: list[float] = []
        for x, y in zip(numbers[::2], numbers[1::2], strict=True):
            moved += [a * x + c * y + e, b * x + d * y + f]
        yield verb, tuple(moved)


def ellipse(x: float, y: float, across: float, up: float) -> list[Segment]:
    """A closed ellipse around (x, y) with these two radii, as four Bézier curves."""
    k, j = 0.5522847498 * across, 0.5522847498 * up
    return [
        ("m", (x + across, y)),
        ("c", (x + across, y + j, x + k, y + up, x, y + up)),
        ("c", (x - k, y + up, x - across, y + j, x - across, y)),
        ("c", (x - across, y - j, x - k, y - up, x, y - up)),
        ("c", (x + k, y - up, x + across, y - j, x + across, y)),
        ("h", ()),
    ]


def star(x: float, y: float, radius: float) -> list[Segment]:
    """A five-pointed star, one point up."""
    inner = radius * math.sin(math.radians(18)) / math.sin(math.radians(126))
    points = [
        (x + r * math.cos(math.radians(90 + 36 * i)), y + r * math.sin(math.radians(90 + 36 * i)))
        for i, r in enumerate([radius, inner] * 5)
    ]
    return [("m", points[0]), *[("l", point) for point in points[1:]], ("h", ())]


def rectangle(x: float, y: float, width: float, height: float) -> list[Segment]:
    """A rectangle from its lower left corner on."""
    return [
        ("m", (x, y)),
        ("l", (x + width, y)),
        ("l", (x + width, y + height)),
        ("l", (x, y + height)),
        ("h", ()),
    ]
