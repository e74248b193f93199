"""Lines over time: each series has its own shade, its own dashes and its own points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .axis import Scale, scale
from .drawing import LETTER, SERIES, WIDTH, Caption, Drawing, Pen, Series, Words, room_for, table_of

HEIGHT, TOP, BOTTOM = 320, 18, 34
MOST_WRITTEN = 14
"""Of a single line with so few points every number is written at its point."""


def lines(
    caption: Caption,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    words: Words,
    first: str = "",
    whole: bool = False,
) -> Drawing:
    """At most SERIES series over the labels, in their order. A gap in the numbers is a gap in the line."""
    series = series[:SERIES]
    pen, floor = Pen(), HEIGHT - BOTTOM
    up = scale((value for each in series for value in each.values), begin=floor, end=TOP, whole=whole)
    left = max(room_for(words(step)) for step in up.steps) + 12
    for step in up.steps:
        pen.line(left, up.at(step), WIDTH - 12, up.at(step), "grid")
        pen.text(left - 6, up.at(step) + LETTER * 0.36, words(step), "end", "scale")
    room = (WIDTH - 24 - left) / max(len(labels), 1)
    at = [left + room * (place + 0.5) for place in range(len(labels))]
    every = max(1, -(-int(max(map(room_for, labels), default=0) + 10) // max(int(room), 1)))
    for place in range(0, len(labels), every):
        pen.text(at[place], floor + 18, labels[place])
    pen.line(left, floor, WIDTH - 12, floor, "axis")
    field = _Field(pen, at, up, labels, words)
    for number, each in enumerate(series, 1):
        field.draw(each, number)
    if len(series) == 1 and len(labels) <= MOST_WRITTEN:
        field.write(series[0])
    return Drawing(
        "lines",
        caption,
        HEIGHT,
        tuple(pen.marks),
        (first, *(each.name for each in series)),
        table_of(first, labels, series, words),
        tuple((f"line-{number}", each.name) for number, each in enumerate(series, 1)) if len(series) > 1 else (),
    )


@dataclass(frozen=True)
class _Field:
    """Where lines are drawn."""

    pen: Pen
    at: Sequence[float]
    up: Scale
    labels: Sequence[str]
    words: Words

    def draw(self, each: Series, number: int) -> None:
        """One line with its points; a gap in the numbers is a gap in it."""
        run: list[tuple[float, float]] = []
        for place, value in enumerate(each.values):
            if value is None:
                self.pen.path(run, f"line-{number}")
                run = []
            else:
                run.append((self.at[place], self.up.at(value)))
        self.pen.path(run, f"line-{number}")
        for place, value in enumerate(each.values):
            if value is not None:
                tip = f"{each.name} {self.labels[place]} {self.words(value)}"
                self.pen.dot(self.at[place], self.up.at(value), f"dot-{number}", tip)

    def write(self, each: Series) -> None:
        """Every number at its point."""
        for place, value in enumerate(each.values):
            if value is not None:
                self.pen.text(self.at[place], self.up.at(value) - 8, self.words(value), tone="value")
