"""The trail book: what is asked is found, page by page, in one statement, and only by who may read it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.trail import actions as trail
from audit.trail import book, permissions, vocabulary
from audit.trail.book import Line, Question
from audit.trail.models import Event
from hukou.accounts import policies
from hukou.accounts.models import Duty, Office, Officer
from hukou.kernel import clock

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=clock.CITY_TIME)


def ask(**narrowed: object) -> Question:
    return Question(since=NOON, until=NOON + timedelta(days=1), **narrowed)  # type: ignore[arg-type]


def lay(by: Officer | None, minutes: float = 0, action: str = "paper.laid", case: int = 7) -> Event:
    with clock.frozen(NOON + timedelta(minutes=minutes)):
        trail.record(action, subject=f"cases.case:{case}", by=by)
    return Event.objects.latest("pk")


def found(question: Question) -> list[int]:
    return [event.pk for event in book.page(question, size=50).events]


def test_pages_follow_each_other_without_a_gap_or_a_double_also_within_one_moment(clerk: Officer) -> None:
    every = [lay(clerk, n // 4).pk for n in range(11)]
    seen: list[int] = []
    after = None
    for _turn in range(4):
        with CaptureQueriesContext(connection) as statements:
            page = book.page(ask(), size=3, after=after)
        assert len(statements) == 1
        seen += [event.pk for event in page.events]
        after = Line.parse(str(page.after)) if page.after else None
    assert seen == every[::-1]
    assert after is None


def test_the_period_is_always_asked_for(clerk: Officer) -> None:
    lay(clerk, -1)
    inside = lay(clerk, 0)
    lay(clerk, 24 * 60)
    assert found(ask()) == [inside.pk]


def test_each_condition_narrows(clerk: Officer, station: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    vocabulary.register_refusal("paper.lay")
    trail.register_action("paper.seen", "Paper seen", kind=trail.Kind.VIEW)
    laid, turned = lay(clerk, 0), lay(clerk, 1, "paper.turned", case=8)
    refused, machine = lay(clerk, 2, "paper.lay.refused"), lay(None, 3, "paper.turned")
    seen = lay(clerk, 4, "paper.seen")
    every = [seen.pk, machine.pk, refused.pk, turned.pk, laid.pk]
    assert found(ask()) == every
    assert found(ask(views=False)) == every[1:]
    assert found(ask(refusals=True)) == [refused.pk]
    assert found(ask(action="paper")) == every
    assert found(ask(action="paper.turned")) == [machine.pk, turned.pk]
    assert found(ask(action="nothing")) == []
    assert found(ask(officers=(clerk.pk,))) == [key for key in every if key != machine.pk]
    assert found(ask(offices=(station.pk,))) == [key for key in every if key != machine.pk]
    assert found(ask(cases=(8,))) == [turned.pk]
    assert found(ask(officers=())) == found(ask(cases=())) == []


def test_a_workstation_is_found_by_the_beginning_of_its_name(clerk: Officer) -> None:
    with trail.bind(workstation="10.1.2.3"):
        here = lay(clerk)
    lay(clerk, 1)
    assert found(ask(workstation="10.1.")) == [here.pk]


@pytest.mark.parametrize("text", ["", "x", "2026-11-20/1", "2026-11-20T04:00:00+08:00/x", "/"])
def test_what_is_no_line_begins_at_the_newest(text: str) -> None:
    assert Line.parse(text) is None


@pytest.mark.parametrize("role", Duty.Role.values)
@pytest.mark.parametrize("level", ["city", "branch", "station"])
def test_who_reads_whose_trail(station: Office, role: str, level: str) -> None:
    reader = Officer.objects.create(number="020304", name="读者", id_number="", kind="officer")
    Duty.objects.create(officer=reader, office=station.at_level(level), role=role, starts_on=date(2020, 1, 1))
    reads = role in ("overseer", "audit_admin")
    assert policies.allow(reader, "trail.read", None) is reads
    for other in ("city", "branch", "station"):
        covered = station.at_level(level).covers(station.at_level(other))
        assert policies.allow(reader, "trail.read", station.at_level(other)) is (reads and covered)
    offices = permissions.offices_read(reader)
    if not reads:
        assert offices == []
    elif level == "city":
        assert offices is None
    else:
        assert offices is not None
        assert {office.level for office in offices} == ({"branch", "station"} if level == "branch" else {"station"})


def test_a_page_walks_an_index_in_time(clerk: Officer) -> None:
    for n in range(30):
        lay(clerk, n)
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute("set local enable_sort = off")
    plan = book.events(ask())[:51].explain()
    assert "event_in_time" in plan or "_at_id_idx" in plan
    assert "Sort" not in plan
