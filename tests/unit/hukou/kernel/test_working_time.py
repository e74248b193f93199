"""Office hours on working days: what is added is what lies between, whatever the calendar and the time of day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hukou.kernel.clock import CITY_TIME
from hukou.kernel.working_days import WorkingCalendar
from hukou.kernel.working_time import OfficeHours, WorkingTime

HOUR = timedelta(hours=1)
PLAIN = WorkingTime()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CITY_TIME)


days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
calendars = st.builds(
    lambda holidays, extra: WorkingCalendar(frozenset(holidays), frozenset(extra) - frozenset(holidays)),
    st.sets(days, max_size=40),
    st.sets(days, max_size=20),
)
hours = st.sampled_from(
    [
        OfficeHours(),
        OfficeHours.parse("08:30-17:15"),
        OfficeHours.parse("08:00-11:30, 12:00-12:45, 14:00-18:00"),
        OfficeHours.parse("00:00-23:59"),
    ]
)
worlds = st.builds(WorkingTime, calendars, hours)
moments = st.builds(datetime.combine, days, st.times(), st.sampled_from([CITY_TIME, UTC]))
budgets = st.timedeltas(timedelta(), timedelta(hours=300))


@given(worlds, moments, budgets)
def test_what_is_added_lies_between(world: WorkingTime, start: datetime, budget: timedelta) -> None:
    end = world.add(start, budget)
    assert world.between(start, end) == budget
    assert end >= start


@given(worlds, moments, moments)
def test_adding_what_lies_between_comes_back_to_the_same_working_moment(
    world: WorkingTime, one: datetime, other: datetime
) -> None:
    start, end = sorted((one, other))
    back = world.add(start, world.between(start, end))
    assert back <= end
    assert world.between(back, end) == timedelta()


@given(worlds, moments, moments, budgets, budgets)
def test_later_begun_or_longer_is_never_due_earlier(
    world: WorkingTime, one: datetime, other: datetime, less: timedelta, more: timedelta
) -> None:
    (start, later), (less, more) = sorted((one, other)), sorted((less, more))
    assert world.add(start, less) <= world.add(later, less)
    assert world.add(start, less) <= world.add(start, more)
    assert world.until(start) <= world.until(later)


@given(worlds, moments, budgets, budgets)
def test_two_budgets_after_one_another_are_as_long_as_both(
    world: WorkingTime, start: datetime, first: timedelta, second: timedelta
) -> None:
    assert world.add(world.add(start, first), second) == world.add(start, first + second)


@given(worlds, moments, st.integers(1, 60))
def test_a_budget_ends_in_office_hours_of_a_working_day(world: WorkingTime, start: datetime, budget_days: int) -> None:
    end = world.add_days(start, budget_days)
    assert world.calendar.is_working(end.date())
    assert any(opens < end.time() <= closes for opens, closes in world.hours.spans)


@given(calendars, moments, days)
def test_a_holiday_more_never_makes_anything_due_earlier(
    calendar: WorkingCalendar, start: datetime, holiday: date
) -> None:
    closed = WorkingCalendar(calendar.holidays | {holiday}, calendar.extra_days - {holiday})
    assert WorkingTime(closed).add_days(start, 5) >= WorkingTime(calendar).add_days(start, 5)


@given(calendars, days)
def test_counting_days_by_weeks_is_counting_them_one_by_one(calendar: WorkingCalendar, start: date) -> None:
    walked = [day for n in range(1, 60) if calendar.is_working(day := start + timedelta(days=n))]
    assert calendar.between(start, start + timedelta(days=59)) == len(walked)
    assert [calendar.add(start, n) for n in range(1, len(walked) + 1)] == walked


@pytest.mark.parametrize(
    ("start", "working", "end"),
    [
        ("2026-11-20 09:00", 3 * HOUR, "2026-11-20 12:00"),  # what ends with the morning ends at noon
        ("2026-11-20 11:30", HOUR, "2026-11-20 14:00"),  # lunch is not worked
        ("2026-11-20 12:30", HOUR, "2026-11-20 14:30"),
        ("2026-11-20 16:30", HOUR, "2026-11-20 17:30"),  # Friday's close, not Monday's opening
        ("2026-11-20 17:00", HOUR, "2026-11-23 09:30"),
        ("2026-11-20 23:59", HOUR, "2026-11-23 10:00"),
        ("2026-11-21 00:00", HOUR, "2026-11-23 10:00"),  # midnight belongs to the day it begins
        ("2026-11-23 00:00", HOUR, "2026-11-23 10:00"),
        ("2026-11-19 17:30", 7 * HOUR, "2026-11-20 17:30"),
        ("2026-11-21 10:00", timedelta(), "2026-11-21 10:00"),
    ],
)
def test_edges_of_the_day(start: str, working: timedelta, end: str) -> None:
    assert PLAIN.add(at(start), working) == at(end)


def test_minutes_are_whole_ones_of_office_hours() -> None:
    assert PLAIN.minutes(at("2026-11-20 11:59"), at("2026-11-20 13:31")) == 2
    assert PLAIN.minutes(at("2026-11-20 17:29:30"), at("2026-11-23 09:00:29")) == 0
    assert PLAIN.minutes(at("2026-11-23 09:00"), at("2026-11-20 09:00")) == 0


def test_the_summer_of_the_city_has_no_other_time() -> None:
    spring = PLAIN.add_days(at("2026-03-01 00:00"), 100)
    assert PLAIN.between(at("2026-03-01 00:00"), spring) == 100 * PLAIN.day
    assert (spring.utcoffset(), spring.time()) == (8 * HOUR, time(17, 30))


def test_the_zone_of_a_moment_does_not_matter() -> None:
    start = at("2026-11-20 16:30")
    assert PLAIN.add(start.astimezone(UTC), 2 * HOUR) == PLAIN.add(start, 2 * HOUR)


def test_a_make_up_saturday_is_worked_like_any_day() -> None:
    world = WorkingTime(WorkingCalendar(frozenset({date(2026, 11, 23)}), frozenset({date(2026, 11, 21)})))
    assert world.add_days(at("2026-11-20 15:00"), 1) == at("2026-11-21 15:00")
    assert world.add_days(at("2026-11-20 15:00"), 2) == at("2026-11-24 15:00")


def test_the_close_of_a_free_day_is_that_of_the_working_day_before() -> None:
    assert PLAIN.close_of(date(2026, 11, 22)) == at("2026-11-20 17:30")
    assert PLAIN.close_of(date(2026, 11, 23)) == at("2026-11-23 17:30")


def test_a_budget_is_never_negative() -> None:
    with pytest.raises(ValueError, match="negative"):
        PLAIN.add(at("2026-11-20 09:00"), -HOUR)


@pytest.mark.parametrize("text", ["", "09:00", "12:00-09:00", "09:00-12:00,11:00-14:00", "9-12", "24:00-25:00"])
def test_hours_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"hours|isoformat|hour must"):
        OfficeHours.parse(text)
