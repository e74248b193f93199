"""A heat map: a line for each office, a column for each week, the darker the more; every cell also says its number."""

from __future__ import annotations

from collections.abc import Sequence

from .drawing import LETTER, WIDTH, Caption, Drawing, Pen, Words, cut, room_for, written

CELL, TOP = 28, 24
SHADES = 5
MOST_LABEL = 200


def heat(
    caption: Caption,
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[float | None]],
    *,
    words: Words,
    first: str = "",
    none: str = "",
) -> Drawing:
    """`values`: for each row, one for each column. `none`: what a cell without a number means, for the legend."""
    pen = Pen()
    left = min(MOST_LABEL, max(map(room_for, rows), default=0)) + 10
    wide = (WIDTH - left - 4) / max(len(columns), 1)
    most = max((value for line in values for value in line if value is not None), default=0)
    every = max(1, -(-int(max(map(room_for, columns), default=0) + 8) // max(int(wide), 1)))
    fits = all(room_for(written(v, words), LETTER - 1) < wide - 4 for line in values for v in line if v)
    for place in range(0, len(columns), every):
        pen.text(left + wide * (place + 0.5), TOP - 8, columns[place], tone="scale")
    for line, label in enumerate(rows):
        top = TOP + CELL * line
        pen.text(left - 8, top + CELL / 2 + LETTER * 0.36, cut(label, left - 10), "end")
        for place, value in enumerate(values[line]):
            dark = shade(value, most)
            tip = f"{label} {columns[place]} {written(value, words)}"
            pen.rect(left + wide * place + 1, top + 1, wide - 2, CELL - 2, tone=f"heat-{dark}", tip=tip)
            if fits and value:
                at = left + wide * (place + 0.5)
                pen.text(at, top + CELL / 2 + LETTER * 0.36, words(value), tone=f"on-heat-{dark}")
    legend = [("heat-0", none)] if none else []
    edges = [most * n / SHADES for n in range(SHADES + 1)]
    if most:
        legend += [(f"heat-{n}", f"≤ {words(edges[n])}") for n in range(1, SHADES + 1)]
    return Drawing(
        "heat",
        caption,
        TOP + CELL * len(rows) + 6,
        tuple(pen.marks),
        (first, *columns),
        tuple((label, *(written(v, words) for v in values[line])) for line, label in enumerate(rows)),
        tuple(legend),
    )


def shade(value: float | None, most: float) -> int:
    """0 for nothing, then 1 to SHADES."""
    if not value or most <= 0:
        return 0
    return min(SHADES, max(1, -(-int(value * SHADES * 1000) // int(most * 1000))))
