"""Limits in working days keep the time of day and skip the weekend."""

from __future__ import annotations

from datetime import datetime

from hukou.kernel.clock import CITY_TIME
from hukou.kernel.working_time import WorkingTime
from workflows.cases import deadlines

PLAIN = WorkingTime()
FRIDAY = datetime(2026, 11, 20, 16, 30, tzinfo=CITY_TIME)


def test_a_working_day_after_friday_is_monday_at_the_same_time() -> None:
    assert deadlines.after(FRIDAY, 1, PLAIN) == datetime(2026, 11, 23, 16, 30, tzinfo=CITY_TIME)
    assert deadlines.after(FRIDAY, 0, PLAIN) == FRIDAY


def test_the_day_is_that_of_the_city_whatever_the_zone_of_the_moment() -> None:
    late_on_thursday = datetime.fromisoformat("2026-11-19T17:00:00+00:00")  # Friday, 01:00 in the city
    assert deadlines.after(late_on_thursday, 1, PLAIN) == datetime(2026, 11, 23, 1, 0, tzinfo=CITY_TIME)
