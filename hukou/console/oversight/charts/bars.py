"""Bars that lie, so that names of offices can be read: one line a label, one bar a series."""

from __future__ import annotations

from collections.abc import Sequence

from .axis import scale
from .drawing import LETTER, SERIES, WIDTH, Caption, Drawing, Pen, Series, Words, cut, room_for, table_of, written

BAR, BETWEEN, TOP = 18, 12, 26
MOST_LABEL = 220


def bars(
    caption: Caption,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    words: Words,
    first: str = "",
    whole: bool = False,
    margin: float = 0,
    shades: Sequence[int] = tuple(range(1, SERIES + 1)),
) -> Drawing:
    """At most SERIES series; `first` heads the labels in the table; `whole`: the numbers are counted.

    `margin`: room left free at the right edge; `shades`: of each series.
    """
    series = series[:SERIES]
    pen, deep = Pen(), BAR * len(series) + BETWEEN
    values = [value for each in series for value in each.values]
    left = min(MOST_LABEL, max(map(room_for, labels), default=0)) + 10
    right = max((room_for(written(value, words)) for value in values), default=0) + 10 + margin
    along = scale(values, begin=left, end=WIDTH - right - 4, whole=whole)
    bottom = TOP + deep * len(labels)
    for step in along.steps:
        pen.line(along.at(step), TOP - 6, along.at(step), bottom, "grid")
        pen.text(along.at(step), TOP - 10, words(step), tone="scale")
    for place, label in enumerate(labels):
        top = TOP + deep * place + BETWEEN / 2
        pen.text(left - 8, top + (deep - BETWEEN) / 2 + LETTER * 0.36, cut(label, left - 10), "end")
        for number, each in enumerate(series):
            value, at = each.values[place], top + BAR * number
            if value is not None:
                pen.rect(
                    left,
                    at,
                    along.at(value) - left,
                    BAR - 3,
                    tone=f"fill-{shades[number]}",
                    tip=f"{label} {words(value)}",
                )
            end = along.at(value or 0) + 6
            pen.text(end, at + BAR * 0.5 + LETTER * 0.3, written(value, words), "start", "value")
    pen.line(left, TOP - 6, left, bottom, "axis")
    return Drawing(
        "bars",
        caption,
        int(bottom + 8),
        tuple(pen.marks),
        (first, *(each.name for each in series)),
        table_of(first, labels, series, words),
        tuple((f"fill-{shades[number]}", each.name) for number, each in enumerate(series)) if len(series) > 1 else (),
    )
