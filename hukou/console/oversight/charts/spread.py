"""How a time is spread over cases: a column for each span, and where the median and the 90th percentile lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .axis import scale
from .drawing import LETTER, WIDTH, Caption, Drawing, Pen, Words, room_for

HEIGHT, TOP, BOTTOM = 320, 52, 36


@dataclass(frozen=True)
class Span:
    """What took longer than `begin` and not longer than `end`."""

    label: str
    begin: float
    end: float
    count: int


@dataclass(frozen=True)
class Limit:
    """A value to be marked, e.g. the median."""

    label: str
    at: float
    words: str


def spread(
    caption: Caption,
    spans: Sequence[Span],
    limits: Sequence[Limit],
    *,
    words: Words,
    first: str = "",
    counted: str = "",
    note: str = "",
) -> Drawing:
    """Spans in order, each beginning where the one before ends; `counted` heads their numbers in the table."""
    pen, floor = Pen(), HEIGHT - BOTTOM
    up = scale((span.count for span in spans), begin=floor, end=TOP, whole=True)
    left = max(room_for(words(step)) for step in up.steps) + 12
    wide = (WIDTH - left - 12) / max(len(spans), 1)
    for step in up.steps:
        pen.line(left, up.at(step), WIDTH - 12, up.at(step), "grid")
        pen.text(left - 6, up.at(step) + LETTER * 0.36, words(step), "end", "scale")
    for place, span in enumerate(spans):
        x, top = left + wide * place, up.at(span.count)
        pen.rect(x + 2, top, wide - 4, floor - top, tone="fill-1", tip=f"{span.label} {words(span.count)}")
        pen.text(x + wide / 2, floor + 18, span.label)
    pen.line(left, floor, WIDTH - 12, floor, "axis")
    for number, limit in enumerate(limits):
        x = left + wide * _place(spans, limit.at)
        pen.line(x, 14 + 18 * number, x, floor, f"limit-{number + 1}")
        near = x > WIDTH - 220
        pen.text(
            x + (-6 if near else 6),
            24 + 18 * number,
            f"{limit.label} {limit.words}",
            "end" if near else "start",
            "limit",
        )
    for place, span in enumerate(spans):  # last, so that no line crosses a number
        if span.count:
            pen.text(left + wide * (place + 0.5), up.at(span.count) - 5, words(span.count), tone="value")
    rows = tuple((span.label, words(span.count)) for span in spans)
    told = tuple((limit.label, limit.words) for limit in limits)
    return Drawing("spread", caption, HEIGHT, tuple(pen.marks), (first, counted), rows + told, note=note)


def _place(spans: Sequence[Span], value: float) -> float:
    """How many columns lie before the value; within its own it lies in proportion."""
    for place, span in enumerate(spans):
        if value <= span.end:
            return place + max(0.0, (value - span.begin) / (span.end - span.begin))
    return float(len(spans))
