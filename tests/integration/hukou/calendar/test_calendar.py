"""The city's calendar: what was published, what the bureau changed, and who may."""

from __future__ import annotations

import json
from datetime import date, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import Error, transaction

from audit.alerts import actions as alerts
from audit.alerts.models import Alert
from hukou.accounts.models import Officer
from hukou.calendar import actions, errors, publication, queries
from hukou.calendar.models import DayRule, YearVersion
from hukou.console import calendar_gap
from hukou.kernel import clock
from hukou.kernel.errors import NotPermitted
from tests.support.watching import found

pytestmark = pytest.mark.django_db

OFF, WORK, PLAIN = DayRule.Kind.OFF, DayRule.Kind.WORK, DayRule.Kind.PLAIN
FREE = {
    2024: "01-01 02-10 02-17 04-04 04-06 05-01 05-05 06-10 09-15 09-17 10-01 10-07",
    2025: "01-01 01-28 02-04 04-04 04-06 05-01 05-05 05-31 06-02 10-01 10-08",
    2026: "01-01 01-03 02-15 02-23 04-04 04-06 05-01 05-05 06-19 06-21 09-25 09-27 10-01 10-07",
}
WORKED = {
    2024: "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    2025: "01-26 02-08 04-27 09-28 10-11",
    2026: "01-04 02-14 02-28 05-09 09-20 10-10",
}


@pytest.fixture
def shipped() -> None:
    actions.load(publication.SHIPPED.read_bytes())


def mark(by: Officer, first: str, last: str = "", kind: str = OFF, reason: str = "市政府通知") -> YearVersion:
    return actions.mark_days(
        first=date.fromisoformat(first), last=date.fromisoformat(last or first), kind=kind, reason=reason, by=by
    )


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_the_shipped_years_are_those_of_the_notices(shipped: None, year: int) -> None:
    calendar = queries.working_calendar()
    assert not any(calendar.is_working(date.fromisoformat(f"{year}-{day}")) for day in FREE[year].split())
    worked = sorted(day for day in calendar.extra_days if day.year == year)
    assert worked == [date.fromisoformat(f"{year}-{day}") for day in WORKED[year].split()]


def test_the_shipped_years_have_as_many_working_days_as_the_law_leaves(shipped: None) -> None:
    calendar = queries.working_calendar()
    found = [calendar.between(date(year - 1, 12, 31), date(year, 12, 31)) for year in (2024, 2025, 2026)]
    assert found == [251, 248, 248]  # eleven holidays until 2024, thirteen since


def test_loading_again_changes_nothing_and_keeps_what_the_bureau_changed(shipped: None, city_officer: Officer) -> None:
    mark(city_officer, "2026-11-23")
    stamp = queries.stamp()
    assert actions.load(publication.SHIPPED.read_bytes()) == []
    assert queries.stamp() == stamp
    assert not queries.working_time().calendar.is_working(date(2026, 11, 23))


def test_the_newest_word_about_a_day_holds_and_the_older_ones_stay(shipped: None, city_officer: Officer) -> None:
    mark(city_officer, "2026-11-23", "2026-11-25")
    newest = mark(city_officer, "2026-11-24", kind=PLAIN, reason="恢复上班")
    working = queries.working_time().calendar
    assert [working.is_working(date(2026, 11, day)) for day in (23, 24, 25)] == [False, True, False]
    assert newest.version == 3
    assert [version.reason for version in queries.history(2026)][:2] == ["恢复上班", "市政府通知"]


def test_a_weekday_that_is_worked_is_a_plain_weekday(shipped: None, city_officer: Officer) -> None:
    mark(city_officer, "2026-10-07", kind=WORK)
    assert queries.working_time().calendar.is_working(date(2026, 10, 7))
    with pytest.raises(errors.NothingChanges):
        mark(city_officer, "2026-11-23", kind=WORK)


def test_what_was_said_is_never_changed_in_place(shipped: None) -> None:
    for table in ("calendar_dayrule", "calendar_yearversion"):
        for model, act in ((DayRule, "update"), (YearVersion, "delete")):
            if model._meta.db_table != table:
                continue
            with pytest.raises(Error, match="adding a version"), transaction.atomic():
                model.objects.update(id=0) if act == "update" else model.objects.all()._raw_delete("default")


@pytest.mark.parametrize("who", ["clerk", "leader", "branch_officer", "overseer"])
def test_only_the_city_keeps_the_calendar(shipped: None, who: str, request: pytest.FixtureRequest) -> None:
    with pytest.raises(NotPermitted):
        mark(request.getfixturevalue(who), "2026-11-23")


@pytest.mark.parametrize(
    ("first", "last", "kind", "reason", "error"),
    [
        ("2026-11-24", "2026-11-23", OFF, "x", errors.NoSuchDay),
        ("2026-12-31", "2027-01-01", OFF, "x", errors.NoSuchDay),
        ("2026-10-01", "2026-11-01", OFF, "x", errors.NoSuchDay),
        ("1999-12-31", "1999-12-31", OFF, "x", errors.NoSuchDay),
        ("2026-11-23", "2026-11-23", "holiday", "x", errors.NoSuchKind),
        ("2026-11-23", "2026-11-23", OFF, " ", errors.ReasonMissing),
        ("2026-11-23", "2026-11-23", PLAIN, "x", errors.NothingChanges),
    ],
)
def test_an_edit_that_says_nothing_clear_is_refused(
    city_officer: Officer, first: str, last: str, kind: str, reason: str, error: type[errors.CalendarError]
) -> None:
    with pytest.raises(error):
        mark(city_officer, first, last, kind, reason)


def test_before_any_year_is_loaded_the_plain_week_holds(db: None) -> None:
    assert queries.working_time().calendar.is_working(date(2026, 10, 1))


def test_in_december_the_next_year_is_missed_until_it_is_declared_complete(
    shipped: None, city_officer: Officer
) -> None:
    assert queries.year_missing(date(2026, 11, 30)) is None
    assert queries.year_missing(date(2026, 12, 1)) == 2027
    mark(city_officer, "2027-01-01")
    assert queries.year_missing(date(2026, 12, 1)) == 2027
    actions.declare_complete(year=2027, reason="国办发明电", by=city_officer)
    assert queries.year_missing(date(2026, 12, 1)) is None
    assert queries.year_missing(date(2028, 1, 1)) == 2028


def test_the_city_is_alerted_rung_by_rung_from_the_first_of_december(shipped: None, city_officer: Officer) -> None:
    def rungs(day: int) -> list[int]:
        with clock.frozen(datetime(2026, 12, day, 9, tzinfo=clock.CITY_TIME)):
            alerts.sweep()
        return list(Alert.objects.filter(rule=calendar_gap.RULE).order_by("rung").values_list("rung", flat=True))

    assert found(calendar_gap.RULE, datetime(2026, 11, 30, 23, 59, tzinfo=clock.CITY_TIME)) == []
    assert [rungs(day) for day in (1, 7, 8, 15)] == [[1], [1], [1, 2], [1, 2, 3]]


def test_the_command_says_what_it_did_and_what_is_missing(db: None) -> None:
    told, warned = StringIO(), StringIO()
    with clock.frozen(datetime(2026, 12, 1, 8, tzinfo=clock.CITY_TIME)):
        call_command("load_calendar", json=True, stdout=told)
        call_command("load_calendar", stdout=StringIO(), stderr=warned)
    assert json.loads(told.getvalue()) == {"loaded": [2024, 2025, 2026], "missing": 2027}
    assert "2027" in warned.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "no json",
        "{}",
        '{"years": [{"year": 2027, "notice": "x", "holidays": [{"name": "a", "off": ["2026-01-01", "2026-01-01"], "work": []}]}]}',
        '{"years": [{"year": 2026, "notice": "x", "holidays": [{"name": "a", "off": ["2026-01-01", "2026-01-01"], "work": ["2026-01-05"]}]}]}',
        '{"years": [{"year": 2026, "notice": "x", "holidays": [{"name": "a", "off": ["2026-01-03", "2026-01-03"], "work": ["2026-01-03"]}]}]}',
    ],
)
def test_a_file_that_contradicts_itself_is_refused_whole(db: None, text: str) -> None:
    with pytest.raises(errors.BadPublication):
        actions.load(text.encode())
    assert not YearVersion.objects.exists()
