"""The imprints: round with a star for units, square, oval or oblong for persons."""

from __future__ import annotations

import math

from .canvas import MM, RED, Drawing, ellipse, rectangle, star
from .glyphs import write

ROUND = 42 * MM
"""Across, of the seals of city, branch and station offices (国发〔1999〕25号, art 3)."""
RIM = 18.6 * MM
"""How far from the middle the heads of the name on the arc stand."""
TALLEST, NARROWEST = 5.6, 0.62
"""Of a character on the arc: height in millimetres, and least width as a part of its height."""
WIDEST = 242.0
"""Degrees the name may take; the rest is for the number."""


def round_seal(*, unit: str, kind: str, number: str = "") -> Drawing:
    """A unit's round seal: ring, star, name on the upper arc, kind below the star, number on the lower arc (GA 241)."""
    centre = ROUND / 2
    drawing = Drawing(ROUND, ROUND)
    drawing.add(ellipse(centre, centre, centre - 1.1 * MM, centre - 1.1 * MM), RED, fill=False, line=1.3 * MM)
    drawing.add(star(centre, centre + 0.6 * MM, 6.6 * MM), RED, fill=True)
    _on_upper_arc(drawing, unit, centre)
    length = min(4.2 * MM, 24 * MM / max(len(kind), 1))
    _in_a_row(drawing, kind, (centre, centre - 13.2 * MM), height=length * 0.95, step=length)
    _on_lower_arc(drawing, number, centre)
    return drawing


def personal_seal(*, name: str, shape: str, number: str = "") -> Drawing:
    """A person's seal in the shape chosen: square, oval or oblong. `number`: the police number; only an oval shows it."""
    if shape == "oval":
        return oval_seal(name=name, number=number)
    return oblong_seal(name=name) if shape == "oblong" else square_seal(name=name)


def square_seal(*, name: str) -> Drawing:
    """A person's square seal, 20 mm: read from the right column down, filled up with 印 or 之印 as custom has it."""
    size = 20 * MM
    drawing = Drawing(size, size)
    drawing.add(rectangle(0.8 * MM, 0.8 * MM, size - 1.6 * MM, size - 1.6 * MM), RED, fill=False, line=1.2 * MM)
    text = {1: name + "之印", 2: name + "之印", 3: name + "印"}.get(len(name), name)
    rows = math.ceil(len(text) / 2)
    cell_w, cell_h = (size - 4 * MM) / 2, (size - 4 * MM) / rows
    height = min(cell_w, cell_h) * 0.96
    for place, character in enumerate(text):
        column, row = divmod(place, rows)
        x = size - 2 * MM - cell_w * (column + 0.5)
        y = size - 2 * MM - cell_h * (row + 0.5) - height * 0.38
        write(drawing, character, (x, y), height, weight=0.35)
    return drawing


def oval_seal(*, name: str, number: str = "") -> Drawing:
    """A person's oval seal, 30 × 20 mm: what it is above, the name across the middle, the police number below."""
    width, height = 30 * MM, 20 * MM
    drawing = Drawing(width, height)
    for inset, line in ((0.7 * MM, 0.9 * MM), (1.6 * MM, 0.25 * MM)):
        drawing.add(ellipse(width / 2, height / 2, width / 2 - inset, height / 2 - inset), RED, fill=False, line=line)
    step = min(6.0 * MM, 22 * MM / max(len(name), 1))
    letter = min(5.6 * MM, step * 0.96 / NARROWEST)
    narrow = min(1.0, step * 0.96 / letter)
    _in_a_row(drawing, name, (width / 2, height / 2 - letter * 0.37), height=letter, step=step, narrow=narrow)
    _in_a_row(drawing, "户籍民警", (width / 2, height / 2 + 3.9 * MM), height=2.5 * MM, step=2.8 * MM)
    _in_a_row(drawing, number, (width / 2, height / 2 - 6.1 * MM), height=2.4 * MM, step=1.5 * MM)
    return drawing


def oblong_seal(*, name: str) -> Drawing:
    """A person's oblong seal, 30 × 12 mm: the name in one line from left to right."""
    width, height = 30 * MM, 12 * MM
    drawing = Drawing(width, height)
    drawing.add(rectangle(0.7 * MM, 0.7 * MM, width - 1.4 * MM, height - 1.4 * MM), RED, fill=False, line=1.0 * MM)
    step = min(8.6 * MM, 26 * MM / max(len(name), 1))
    letter = min(7.6 * MM, step * 0.96 / NARROWEST)
    narrow = min(1.0, step * 0.96 / letter)
    _in_a_row(drawing, name, (width / 2, height / 2 - letter * 0.37), height=letter, step=step, narrow=narrow)
    return drawing


def _on_upper_arc(drawing: Drawing, text: str, centre: float) -> None:
    """From left to right over the top, feet to the middle; a long name gets lower and narrower characters."""
    gaps = max(len(text) - 1, 1)
    span = math.radians(min(WIDEST, 26.0 * gaps))
    step, height = span / gaps, TALLEST * MM
    while step * (RIM - height) < NARROWEST * height and height > MM:
        height -= 0.05 * MM
    narrow = min(1.0, step * (RIM - height) * 0.98 / height)
    for place, character in enumerate(text):
        angle = math.pi / 2 + span / 2 - place * step
        x = centre + (RIM - height) * math.cos(angle)
        y = centre + (RIM - height) * math.sin(angle)
        write(drawing, character, (x, y), height, turn=angle - math.pi / 2, weight=0.3, narrow=narrow)


def _on_lower_arc(drawing: Drawing, text: str, centre: float) -> None:
    """From left to right along the bottom, heads to the middle: small digits close to the ring."""
    step, radius = math.radians(4.6), 18.7 * MM
    for place, character in enumerate(text):
        angle = -math.pi / 2 + (place - (len(text) - 1) / 2) * step
        x, y = centre + radius * math.cos(angle), centre + radius * math.sin(angle)
        write(drawing, character, (x, y), 2.1 * MM, turn=angle + math.pi / 2, sans=True)


def _in_a_row(
    drawing: Drawing, text: str, middle: tuple[float, float], *, height: float, step: float, narrow: float = 1.0
) -> None:
    """Characters side by side, the middle of the row's foot at `middle`."""
    start = middle[0] - step * (len(text) - 1) / 2
    for place, character in enumerate(text):
        write(drawing, character, (start + place * step, middle[1]), height, weight=0.3, narrow=narrow)
