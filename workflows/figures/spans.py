"""Spans of working time by which the tallies keep how long decisions took: fine where cases are decided fast.

A span holds what is longer than its beginning and not longer than its end. Half an hour wide up to 8 hours, an hour
up to 24, four hours up to 80, eight hours up to 400, then forty: a median told from spans is off by less than that.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Case, F, IntegerField, Value, When

STEPS = ((480, 30), (1_440, 60), (4_800, 240), (24_000, 480))
"""Up to so many minutes, spans are so many wide."""
BEYOND = 2_400


def width(minutes: int) -> int:
    """How wide the span is that holds `minutes`."""
    return next((wide for most, wide in STEPS if minutes <= most), BEYOND)


def until(minutes: int) -> int:
    """The end of the span that holds `minutes`."""
    wide = width(minutes)
    return max(-(-minutes // wide) * wide, STEPS[0][1])


def begins(end: int) -> int:
    """Where the span that ends at `end` begins."""
    return end - width(end)


def until_of(column: str) -> Case:
    """`until` of a column, said to the database."""
    minutes: Any = F(column)
    ends = [When(**{f"{column}__lt": 1}, then=Value(STEPS[0][1]))]
    ends += [When(**{f"{column}__lte": most}, then=(minutes + wide - 1) / wide * wide) for most, wide in STEPS]
    return Case(*ends, default=(minutes + BEYOND - 1) / BEYOND * BEYOND, output_field=IntegerField())
