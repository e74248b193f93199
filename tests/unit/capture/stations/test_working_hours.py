"""Working hours: nights, weekends and holidays do not make a machine silent."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from capture.stations import hours
from hukou.kernel.clock import CITY_TIME
from hukou.kernel.working_days import WorkingCalendar


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CITY_TIME)


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        ("2026-11-23 10:00", 2, "2026-11-23 12:00"),
        ("2026-11-23 10:00", 7, "2026-11-23 17:00"),
        ("2026-11-23 10:00", 8, "2026-11-24 10:00"),
        ("2026-11-23 07:00", 1, "2026-11-23 10:00"),
        ("2026-11-23 20:00", 1, "2026-11-24 10:00"),
        ("2026-11-27 16:00", 2, "2026-11-30 10:00"),
        ("2026-11-28 12:00", 16, "2026-12-01 17:00"),
    ],
)
def test_hours_are_counted_while_the_window_is_open(start: str, span: int, end: str) -> None:
    assert hours.after(at(start), span) == at(end)


def test_holidays_and_days_worked_in_their_stead_are_known_to_the_calendar() -> None:
    calendar = WorkingCalendar(frozenset({date(2026, 11, 24)}), frozenset({date(2026, 11, 28)}))

    assert hours.after(at("2026-11-23 16:00"), 2, calendar) == at("2026-11-25 10:00")
    assert hours.after(at("2026-11-27 16:00"), 2, calendar) == at("2026-11-28 10:00")
