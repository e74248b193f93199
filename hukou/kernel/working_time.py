"""Working time: office hours on working days, city time. Budgets and suspensions are counted in it. Pure.

The city keeps one offset all year (no daylight saving since 1991), so a day has one length wherever it falls.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise

from .clock import CITY_TIME
from .working_days import WorkingCalendar

NONE = timedelta()
MINUTE = timedelta(minutes=1)
DAYS = 4_096
"""Of so many days it is kept how much had been worked when they began."""


@dataclass(frozen=True)
class OfficeHours:
    """When an office is open on a working day: spans of city time, in order."""

    spans: tuple[tuple[time, time], ...] = ((time(9), time(12)), (time(13, 30), time(17, 30)))

    def __post_init__(self) -> None:
        edges = [edge for span in self.spans for edge in span]
        if not edges or any(later <= earlier for earlier, later in pairwise(edges)):
            raise ValueError("office hours are spans of time, one after the other, e.g. 09:00-12:00,13:30-17:30")

    @classmethod
    def parse(cls, text: str) -> OfficeHours:
        """Read "09:00-12:00,13:30-17:30". Raises ValueError."""
        spans = []
        for span in text.split(","):
            opens, _, closes = span.partition("-")
            spans.append((time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip())))
        return cls(tuple(spans))

    @cached_property
    def day(self) -> timedelta:
        """How much is worked on a whole working day."""
        return sum((_since(opens, closes) for opens, closes in self.spans), NONE)

    @property
    def closes(self) -> time:
        """When the office closes for the day."""
        return self.spans[-1][1]

    def until(self, moment: time) -> timedelta:
        """How much of the day is worked before `moment`."""
        now, worked = _since(time.min, moment), NONE
        for opens, closes in self._edges:
            if now <= opens:
                break
            worked += min(closes, now) - opens
        return worked

    @cached_property
    def _edges(self) -> tuple[tuple[timedelta, timedelta], ...]:
        """The spans, counted from midnight."""
        return tuple((_since(time.min, opens), _since(time.min, closes)) for opens, closes in self.spans)

    def after(self, worked: timedelta) -> time:
        """The earliest time of day at which `worked` has been worked: a closing time rather than the next opening."""
        for opens, closes in self.spans:
            length = _since(opens, closes)
            if worked <= length:
                return (datetime.combine(date.min, opens) + worked).time()
            worked -= length
        raise ValueError("the day is not that long")


@dataclass(frozen=True)
class WorkingTime:
    """Arithmetic of moments in working time. Moments are aware; results are in city time."""

    calendar: WorkingCalendar = field(default_factory=WorkingCalendar)
    hours: OfficeHours = field(default_factory=OfficeHours)

    @property
    def day(self) -> timedelta:
        """How much working time a working day is."""
        return self.hours.day

    def until(self, moment: datetime) -> timedelta:
        """Working time from the beginning of time to `moment`: never falls, stands still while offices are closed."""
        local = moment.astimezone(CITY_TIME)
        before, is_working = self._begun(local.date())
        return before + self.hours.until(local.time()) if is_working else before

    @cached_property
    def _begun(self) -> Callable[[date], tuple[timedelta, bool]]:
        """How much had been worked when a day began, and whether it is worked; the same days are asked again and again."""

        @lru_cache(maxsize=DAYS)
        def begun(day: date) -> tuple[timedelta, bool]:
            is_working = self.calendar.is_working(day)
            return (self.calendar.until(day) - is_working) * self.day, is_working

        return begun

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Working time from `start` to `end`; none when `end` is not later."""
        return max(NONE, self.until(end) - self.until(start))

    def minutes(self, start: datetime, end: datetime) -> int:
        """Whole working minutes from `start` to `end`."""
        return self.between(start, end) // MINUTE

    def add(self, start: datetime, working: timedelta) -> datetime:
        """The earliest moment by which `working` has been worked since `start`; `start` itself for nothing.

        What ends with the day ends when the office closes, not when it next opens. Raises ValueError for a
        negative time.
        """
        if working < NONE:
            raise ValueError("a budget is never negative")
        return self.at(self.until(start) + working) if working else start.astimezone(CITY_TIME)

    def add_days(self, start: datetime, days: int) -> datetime:
        """`days` working days of office hours after `start`."""
        return self.add(start, days * self.day)

    def at(self, worked: timedelta) -> datetime:
        """The earliest moment whose `until` is `worked` (more than nothing)."""
        days, rest = divmod(worked, self.day)
        if not rest:
            days, rest = days - 1, self.day
        return datetime.combine(self.calendar.nth(days + 1), self.hours.after(rest), CITY_TIME)

    def close_of(self, day: date) -> datetime:
        """When the office closes on `day`, or on the last working day before it."""
        return self.at(self.calendar.until(day) * self.day)


def _since(earlier: time, later: time) -> timedelta:
    return timedelta(
        hours=later.hour - earlier.hour,
        minutes=later.minute - earlier.minute,
        seconds=later.second - earlier.second,
        microseconds=later.microsecond - earlier.microsecond,
    )
