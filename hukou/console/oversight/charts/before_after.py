"""Two periods beside each other, and by how much the later one differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .bars import BAR, BETWEEN, TOP, bars
from .drawing import WIDTH, Caption, Drawing, Mark, Series, Words, room_for


def before_after(
    caption: Caption,
    labels: Sequence[str],
    before: Series,
    after: Series,
    *,
    words: Words,
    first: str = "",
    change: str = "",
    points: Words | None = None,
    whole: bool = False,
) -> Drawing:
    """Bars of both periods; the table and the right edge say the change. `change` heads its column.

    `points` writes by how many points a share differs: of a percentage one does not say percent of percent.
    """
    pairs = list(zip(before.values, after.values, strict=True))
    changes = [_points(was, now, points) if points else _change(was, now) for was, now in pairs]
    edge = max(map(room_for, changes), default=0) + 8
    drawn = bars(
        caption, labels, (before, after), words=words, first=first, whole=whole, margin=edge, shades=(2, 1)
    )  # the later one is the strong one
    deep = 2 * BAR + BETWEEN
    marks = [
        Mark("text", "change", (str(WIDTH - 2), f"{TOP + deep * (place + 0.5) + 4:g}"), words=each, anchor="end")
        for place, each in enumerate(changes)
    ]
    rows = tuple((*row, each) for row, each in zip(drawn.rows, changes, strict=True))
    return replace(drawn, kind="before-after", marks=(*drawn.marks, *marks), head=(*drawn.head, change), rows=rows)


def _change(was: float | None, now: float | None) -> str:
    """By what share of what was; nothing where there was nothing to compare with."""
    if not was or now is None:
        return "—"
    return _signed((now - was) / was, f"{abs(now - was) / was:.1%}")


def _points(was: float | None, now: float | None, words: Words) -> str:
    return "—" if was is None or now is None else _signed(now - was, words(abs(now - was)))


def _signed(change: float, words: str) -> str:
    return f"{'−' if change < 0 else '+'}{words}"
