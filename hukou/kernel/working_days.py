"""Working days: the days limits are counted in (invariant 10 of domain.md). Pure; the calendar is handed in."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date
from functools import cached_property

SATURDAY = 5
WEEK, WORKED = 7, 5


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days are worked: Monday to Friday but for holidays, and the weekend days worked in their stead (调休).

    Counting is by whole weeks, corrected by the days that differ from their week: the same few steps for a
    limit of a day and for one of ten years.
    """

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
        Raises ValueError for a negative limit and beyond the year 9999.
        """
        if days < 0:
            raise ValueError("a limit has no negative days")
        return self.nth(self.until(start) + days) if days else start

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; 0 when `end` is not later."""
        return self.until(end) - self.until(start) if end > start else 0

    def next_working(self, day: date) -> date:
        """`day` itself when it is worked, else the first working day after it."""
        return day if self.is_working(day) else self.add(day, 1)

    def until(self, day: date) -> int:
        """Working days from the beginning of time up to and including `day`: the number `nth` finds a day by."""
        return self._until(day.toordinal())

    def nth(self, number: int) -> date:
        """The day up to and including which `number` days are worked. Raises ValueError beyond the year 9999."""
        plain = WEEK * ((number - 1) // WORKED) + (number - 1) % WORKED + 1  # were every week a plain one
        first, last = self._counted(plain, -len(self._worked_weekends)), self._counted(plain, len(self._free_weekdays))
        return date.fromordinal(first + bisect_left(range(first, last), number, key=self._until))

    @staticmethod
    def _counted(ordinal: int, days: int) -> int:
        """At least `days` weekdays before or after `ordinal`, never before the first day there is."""
        weeks = -(-abs(days) // WORKED)
        return max(1, ordinal + (WEEK * weeks if days > 0 else -WEEK * weeks))

    def _until(self, ordinal: int) -> int:
        weeks, rest = divmod(ordinal, WEEK)  # ordinal 1 was a Monday
        free = bisect_right(self._free_weekdays, ordinal)
        worked = bisect_right(self._worked_weekends, ordinal)
        return WORKED * weeks + min(rest, WORKED) - free + worked

    @cached_property
    def _free_weekdays(self) -> list[int]:
        return sorted(day.toordinal() for day in self.holidays if day.weekday() < SATURDAY)

    @cached_property
    def _worked_weekends(self) -> list[int]:
        return sorted(day.toordinal() for day in self.extra_days if day.weekday() >= SATURDAY)


def add_working_days(start: date, days: int, *, holidays: frozenset[date] = frozenset()) -> date:
    """`WorkingCalendar.add` for a plain set of holidays."""
    return WorkingCalendar(holidays).add(start, days)
