"""The holidays the State Council publishes each autumn for the year to come, read from a file of facts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from .errors import BadPublication
from .models import DayRule

SHIPPED = Path(__file__).parent / "data" / "published.json"
"""The years that were published when this version was made: 2024 to 2026."""
SATURDAY = 5


@dataclass(frozen=True)
class PublishedDay:
    """One day of a notice."""

    day: date
    kind: str
    """DayRule.Kind: off or work."""
    name: str


@dataclass(frozen=True)
class PublishedYear:
    """What a notice says of a year."""

    year: int
    notice: str
    days: tuple[PublishedDay, ...]


def read(data: bytes) -> list[PublishedYear]:
    """The years of a file. Raises BadPublication when it cannot be read or contradicts itself."""
    try:
        return [_year(entry) for entry in json.loads(data)["years"]]
    except (ValueError, KeyError, TypeError, IndexError) as fault:
        raise BadPublication(fault=str(fault)) from fault


def _year(entry: dict[str, Any]) -> PublishedYear:
    days = tuple(day for holiday in entry["holidays"] for day in _days(holiday))
    if len({day.day for day in days}) < len(days):
        raise ValueError(f"{entry['year']}: a day is named twice")
    for day in days:
        if day.day.year != entry["year"]:
            raise ValueError(f"{day.day} is not of {entry['year']}")
        if day.kind == DayRule.Kind.WORK and day.day.weekday() < SATURDAY:
            raise ValueError(f"{day.day} is a working day anyway")
    return PublishedYear(int(entry["year"]), str(entry["notice"])[:200], days)


def _days(holiday: dict[str, Any]) -> Iterator[PublishedDay]:
    first, last = map(date.fromisoformat, holiday["off"])
    for n in range((last - first).days + 1):
        yield PublishedDay(first + timedelta(days=n), DayRule.Kind.OFF, holiday["name"])
    for text in holiday["work"]:
        yield PublishedDay(date.fromisoformat(text), DayRule.Kind.WORK, holiday["name"])
