"""The calendar on the screen: everybody reads it, the city changes it, a mistake loses nothing."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from audit.trail.models import Event
from hukou.accounts.models import Officer
from hukou.calendar import actions, publication, queries
from hukou.calendar.models import YearVersion

pytestmark = pytest.mark.django_db
MARK = "/calendar/2026/mark/"
SNOW = {"first": "2026-11-23", "last": "2026-11-24", "kind": "off", "name": "", "reason": "大雪停工"}


@pytest.fixture(autouse=True)
def shipped(db: None) -> None:
    actions.load(publication.SHIPPED.read_bytes())


def as_(officer: Officer) -> Client:
    client = Client()
    client.force_login(officer)
    return client


def test_a_year_shows_twelve_months_with_its_days_off_and_its_make_up_days(clerk: Officer) -> None:
    page = as_(clerk).get("/calendar/2026/").content.decode()
    assert page.count("<caption>") == 12
    assert page.count('class="day off"') == 33
    assert page.count('class="day work"') == 6
    assert "248" in page
    assert "<button" not in page.split('class="year"')[1].split("</section>")[0]


def test_the_city_marks_days_with_a_reason_and_the_trail_knows(city_officer: Officer) -> None:
    answer = as_(city_officer).post(MARK, SNOW, follow=True)
    assert answer.redirect_chain == [("/calendar/2026/", 302)]
    assert "大雪停工" in answer.content.decode()
    assert queries.working_time().calendar.between(date(2026, 11, 22), date(2026, 11, 25)) == 1
    event = Event.objects.filter(action="calendar.edited").latest("pk")
    assert event.officer_id == city_officer.pk
    assert event.details["off"] == ["2026-11-23", "2026-11-24"]


def test_a_mistake_is_told_and_what_was_typed_stays(city_officer: Officer) -> None:
    answer = as_(city_officer).post(MARK, SNOW | {"last": "2026-11-01"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "大雪停工" in page
    assert "data-open" in page
    assert YearVersion.objects.filter(year=2026).count() == 1


@pytest.mark.parametrize(
    "wrong", [{"first": "2025-11-23"}, {"first": ""}, {"first": "morgen"}, {"kind": "x"}, {"reason": ""}]
)
def test_nonsense_is_refused(city_officer: Officer, wrong: dict[str, str]) -> None:
    assert as_(city_officer).post(MARK, SNOW | wrong).status_code == 422


def test_others_may_not_and_the_refusal_is_kept(leader: Officer) -> None:
    assert as_(leader).post(MARK, SNOW).status_code == 403
    assert Event.objects.filter(action="calendar.edit.refused", officer_id=leader.pk).count() == 1
    assert YearVersion.objects.filter(year=2026).count() == 1


def test_the_year_to_come_is_declared_complete(city_officer: Officer) -> None:
    browser = as_(city_officer)
    assert 'id="year-complete"' in browser.get("/calendar/2027/").content.decode()
    browser.post("/calendar/2027/complete/", {"reason": "国办通知"})
    assert 'id="year-complete"' not in browser.get("/calendar/2027/").content.decode()


@pytest.mark.parametrize("year", [1, 1999, 2100, 99999999999])
def test_years_beyond_the_calendar_are_not_found(clerk: Officer, year: int) -> None:
    assert as_(clerk).get(f"/calendar/{year}/").status_code == 404
