"""Working days: the days limits are counted in (invariant 10 of domain.md). Pure; the calendar is handed in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

SATURDAY = 5
FARTHEST = 3660
"""Days looked ahead before a calendar without working days is called a mistake: ten years."""


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days are worked: Monday to Friday but for holidays, and the weekend days worked in their stead (调休)."""

    holidays: frozenset[date] = frozenset()
    extra_days: frozenset[date] = frozenset()
    """Saturdays and Sundays declared working days."""

    def __post_init__(self) -> None:
        both = self.holidays & self.extra_days
        if both:
            raise ValueError(f"{min(both)} cannot be a holiday and a working day")

    def is_working(self, day: date) -> bool:
        """True when offices are open on `day`."""
        if day in self.extra_days:
            return True
        return day.weekday() < SATURDAY and day not in self.holidays

    def add(self, start: date, days: int) -> date:
        """The last day of a limit of `days` working days that begins with the day after `start`.

        The day of acceptance does not count; a limit of 0 days ends on `start` itself, even on a holiday.
        """
        if days < 0:
            raise ValueError("a limit has no negative days")
        if not days:
            return start
        for day in self._after(start):
            days -= self.is_working(day)
            if not days:
                return day
        raise ValueError("the calendar has no working days")

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; 0 when `end` is not later."""
        return sum(self.is_working(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))

    def next_working(self, day: date) -> date:
        """`day` itself when it is worked, else the first working day after it."""
        return day if self.is_working(day) else self.add(day, 1)

    def _after(self, start: date) -> Iterator[date]:
        gap = 0
        day = start
        while gap < FARTHEST:
            day += timedelta(days=1)
            gap = 0 if self.is_working(day) else gap + 1
            yield day


def add_working_days(start: date, days: int, *, holidays: frozenset[date] = frozenset()) -> date:
    """`WorkingCalendar.add` for a plain set of holidays."""
    return WorkingCalendar(holidays).add(start, days)
