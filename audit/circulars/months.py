"""A calendar month of the city, the period of a circular. Pure but for the working calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self

from hukou.calendar import queries as calendar
from hukou.kernel import clock

DECEMBER = 12
FIRST_YEAR, LAST_YEAR = 2000, 2999


@dataclass(frozen=True, order=True)
class Month:
    """A month, e.g. 2026-11."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "YYYY-MM". Raises ValueError."""
        year, sep, month = text.partition("-")
        if not (sep and len(year) == 4 and len(month) == 2 and (year + month).isascii() and (year + month).isdigit()):
            raise ValueError("a month is written YYYY-MM")
        if not (FIRST_YEAR <= int(year) <= LAST_YEAR and 1 <= int(month) <= DECEMBER):
            raise ValueError("there is no such month")
        return cls(int(year), int(month))

    @classmethod
    def of(cls, day: date) -> Self:
        """The month of a day."""
        return cls(day.year, day.month)

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.next.first - timedelta(days=1)

    @property
    def next(self) -> Month:
        """The month after it."""
        return Month(self.year + 1, 1) if self.month == DECEMBER else Month(self.year, self.month + 1)

    @property
    def before(self) -> Month:
        """The month before it."""
        return Month(self.year - 1, DECEMBER) if self.month == 1 else Month(self.year, self.month - 1)

    @property
    def begins(self) -> datetime:
        """Its first moment, city time."""
        return datetime.combine(self.first, time.min, clock.CITY_TIME)

    @property
    def ends(self) -> datetime:
        """The first moment after it, city time."""
        return self.next.begins

    @property
    def is_over(self) -> bool:
        """True once its last day has passed."""
        return clock.now() >= self.ends

    def due_at(self, working_days: int) -> datetime:
        """When its circular is due: the close of office on that working day of the month after it."""
        working = calendar.working_time()
        return working.close_of(working.calendar.add(self.last, working_days))

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"
