"""The days of a timeline, and the time between them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from audit.trail.types import TimelineEntry
from audit.trail.vocabulary import Kind
from hukou.console.reading import timeline
from hukou.console.reading.timeline import Line
from hukou.kernel.clock import CITY_TIME
from hukou.kernel.working_days import WorkingCalendar

FRIDAY = datetime(2026, 11, 20, 16, 0, tzinfo=CITY_TIME)


def line(at: datetime) -> Line:
    return Line(
        TimelineEntry(
            event_id=1, subject="cases.case:1", subject_seq=1, at=at, action="case.opened", label="", kind=Kind.ACT,
            refused=False, officer_id=None, who="", office="", text="", duty="", workstation="", details={}, leaf_index=None,
        )
    )  # fmt: skip


def days(*moments: datetime) -> list[timeline.Day]:
    return timeline.by_day([line(at) for at in moments], WorkingCalendar(frozenset({date(2026, 11, 25)})))


def test_an_empty_trail_has_no_days() -> None:
    assert days() == []


def test_a_weekend_between_is_three_days_and_one_working_day() -> None:
    friday, monday = days(FRIDAY, FRIDAY + timedelta(days=3))
    assert (friday.days_later, friday.gap, friday.worked) == (0, False, True)
    assert (monday.days_later, monday.working_days_later, monday.gap) == (3, 1, True)


def test_a_holiday_is_left_out_of_the_working_days() -> None:
    _friday, thursday = days(FRIDAY, FRIDAY + timedelta(days=6))
    assert (thursday.days_later, thursday.working_days_later) == (6, 3)


def test_the_next_day_is_no_gap_and_a_saturday_is_not_worked() -> None:
    _friday, saturday = days(FRIDAY, FRIDAY + timedelta(days=1))
    assert (saturday.gap, saturday.worked) == (False, False)


def test_midnight_is_that_of_the_city() -> None:
    late = FRIDAY.replace(hour=23)
    first, second = days(late, late + timedelta(hours=2))
    assert (first.day, second.day) == (date(2026, 11, 20), date(2026, 11, 21))


def test_only_a_long_pause_within_a_day_is_shown() -> None:
    (day,) = days(FRIDAY, FRIDAY + timedelta(minutes=59), FRIDAY + timedelta(minutes=119))
    assert [each.since for each in day.lines] == [None, None, FRIDAY + timedelta(minutes=59)]
