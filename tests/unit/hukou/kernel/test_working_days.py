from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hukou.kernel.working_days import WorkingCalendar, add_working_days

FRIDAY = date(2026, 11, 20)
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
calendars = st.builds(
    lambda holidays, extra: WorkingCalendar(frozenset(holidays), frozenset(extra) - frozenset(holidays)),
    st.sets(days, max_size=30),
    st.sets(days, max_size=10),
)


def test_a_weekend_does_not_count():
    assert add_working_days(FRIDAY, 1) == date(2026, 11, 23)
    assert add_working_days(FRIDAY, 10) == date(2026, 12, 4)


def test_the_day_itself_does_not_count_and_a_limit_of_none_ends_on_it():
    assert add_working_days(FRIDAY, 0) == FRIDAY
    assert add_working_days(date(2026, 11, 16), 1) == date(2026, 11, 17)


def test_a_holiday_does_not_count():
    national_day = frozenset(date(2026, 10, day) for day in range(1, 8))
    assert add_working_days(date(2026, 9, 30), 1, holidays=national_day) == date(2026, 10, 8)


def test_a_saturday_worked_instead_counts():
    calendar = WorkingCalendar(extra_days=frozenset({date(2026, 11, 21)}))
    assert calendar.add(FRIDAY, 1) == date(2026, 11, 21)


def test_a_day_cannot_be_both():
    with pytest.raises(ValueError, match="cannot be"):
        WorkingCalendar(frozenset({FRIDAY}), frozenset({FRIDAY}))


def test_a_limit_is_never_negative():
    with pytest.raises(ValueError, match="negative"):
        add_working_days(FRIDAY, -1)


def test_the_next_working_day_of_a_working_day_is_itself():
    assert WorkingCalendar().next_working(FRIDAY) == FRIDAY
    assert WorkingCalendar().next_working(date(2026, 11, 22)) == date(2026, 11, 23)


def test_nothing_lies_between_a_day_and_an_earlier_one():
    assert WorkingCalendar().between(FRIDAY, FRIDAY - timedelta(days=9)) == 0


@given(calendars, days, st.integers(1, 60))
def test_a_limit_ends_on_a_working_day_and_is_as_long_as_it_says(calendar, start, length):
    end = calendar.add(start, length)
    assert calendar.is_working(end)
    assert calendar.between(start, end) == length


@given(calendars, days, st.integers(0, 30), st.integers(0, 30))
def test_two_limits_after_one_another_are_as_long_as_both_together(calendar, start, first, second):
    assert calendar.add(calendar.add(start, first), second) == calendar.add(start, first + second)
