"""Working hours: a machine that was off over a weekend is not silent."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from hukou.kernel.clock import CITY_TIME
from hukou.kernel.working_days import WorkingCalendar

OPENS, CLOSES = time(9), time(17)
"""Hours in which the window is expected to work, city time."""


def after(start: datetime, hours: int, calendar: WorkingCalendar | None = None) -> datetime:
    """The moment `hours` working hours after `start` (aware)."""
    calendar = calendar or WorkingCalendar()
    left = timedelta(hours=hours)
    moment = start.astimezone(CITY_TIME)
    while True:
        opens, closes = _opening(moment.date())
        moment = max(moment, opens)
        if not calendar.is_working(moment.date()) or moment >= closes:
            moment = _opening(calendar.next_working(moment.date() + timedelta(days=1)))[0]
            continue
        if left <= closes - moment:
            return moment + left
        left -= closes - moment
        moment = closes


def _opening(day: date) -> tuple[datetime, datetime]:
    return datetime.combine(day, OPENS, CITY_TIME), datetime.combine(day, CLOSES, CITY_TIME)
