"""The periods inspections are counted in: ISO weeks and calendar months, by their codes. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

WEEK, MONTH = "week", "month"
DAY = timedelta(days=1)
_WEEK = re.compile(r"^(\d{4})-W(\d{2})$")
_MONTH = re.compile(r"^(\d{4})-(\d{2})$")


@dataclass(frozen=True)
class Period:
    """A week or a month of the city."""

    code: str
    """ "2026-W48" (ISO 8601) or "2026-11"."""
    cadence: str
    """WEEK or MONTH."""
    first: date
    last: date
    """The last day, included."""

    @property
    def before(self) -> Period:
        """The period that ended the day before this one began."""
        return of(self.cadence, self.first - DAY)

    @property
    def after(self) -> Period:
        """The period that begins the day after this one ended."""
        return of(self.cadence, self.last + DAY)


def of(cadence: str, day: date) -> Period:
    """The period of `cadence` that `day` lies in. Raises ValueError for another cadence."""
    if cadence == WEEK:
        year, week, weekday = day.isocalendar()
        first = day - (weekday - 1) * DAY
        return Period(f"{year}-W{week:02}", WEEK, first, first + 6 * DAY)
    if cadence == MONTH:
        first = day.replace(day=1)
        following = (first + 31 * DAY).replace(day=1)
        return Period(f"{first:%Y-%m}", MONTH, first, following - DAY)
    raise ValueError(f"{cadence!r} is no cadence")


def read(code: str) -> Period:
    """The period a code stands for. Raises ValueError for a code of none."""
    if found := _WEEK.match(code):
        return of(WEEK, date.fromisocalendar(int(found[1]), int(found[2]), 1))
    if found := _MONTH.match(code):
        return of(MONTH, date(int(found[1]), int(found[2]), 1))
    raise ValueError(f"{code!r} is neither a week like 2026-W48 nor a month like 2026-11")
