"""The wall: figures in scope of one office, nobody's data, and screens that show it without anybody signed in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.alerts.models import Alert
from audit.trail.models import Event
from hukou.accounts.models import Office, Officer
from hukou.console.oversight.wall import actions, errors, figures
from hukou.console.oversight.wall.live import CHANGED, WallConsumer
from hukou.console.oversight.wall.models import WallScreen
from hukou.kernel import clock
from hukou.kernel.errors import NotPermitted
from tests.support import cases, facts
from workflows.cases.models import Case
from workflows.figures.models import CaseFact

pytestmark = pytest.mark.django_db
COOKIE = "hukou_wall"


def fact(case: Case, **more: Any) -> CaseFact:
    """A fact of a case that was accepted today."""
    station = case.station
    values = {
        "category": "01",
        "subtype": "0101",
        "key_business": False,
        "secret": False,
        "on_the_spot": True,
        "chain_length": 1,
        "deciding_level": "station",
        "accepted_at": clock.now(),
        "accepted_on": clock.today(),
    } | more
    return CaseFact.objects.update_or_create(
        case=case, defaults={"station": station, "branch": station.parent, **values}
    )[0]


def browser(officer: Officer) -> Client:
    """A browser in which the officer is signed in."""
    client = Client()
    client.force_login(officer)
    return client


@pytest.fixture
def waiting(station: Office, clerk: Officer, leader: Officer) -> Case:
    """A case of the station that waits for its leader, past its time."""
    cases.load_catalogue()
    cases.give_seals(clerk, leader)
    case = cases.handed_up(station, clerk)
    Case.objects.filter(pk=case.pk).update(step_due_at=clock.now() - timedelta(hours=1))
    return case


def test_the_wall_counts_today_what_waits_what_is_late_and_alerts_by_rung(
    waiting: Case, station: Office, other_station: Office, branch: Office
) -> None:
    now = clock.now()
    closed = {"closed_at": now, "closed_on": clock.today(), "outcome": "approved", "turnaround": 210}
    fact(waiting, **closed)
    for rung, office in ((1, station), (2, station), (3, branch)):
        Alert.objects.create(rule="r", subject=f"s:{rung}", office=office, due_at=now, rung=rung, raised_at=now)

    wall = figures.of(branch)

    here, there = wall.lines
    assert (here.name, here.accepted, here.closed, here.filed, here.waiting, here.late) == ("桥头所", 1, 1, 0, 1, 1)
    assert (there.name, there.accepted, there.waiting, there.late) == ("柳巷所", 0, 0, 0)
    assert [(level.waiting, level.late) for level in wall.levels] == [(0, 0), (1, 1), (0, 0), (0, 0)]
    assert [rung.open for rung in wall.rungs] == [1, 1, 1, 0]
    assert wall.today.decided == 1
    assert wall.today.median == wall.today.ninth == 0.5  # 210 working minutes of seven hours a day


def test_a_station_has_the_wall_of_its_own_and_no_other(waiting: Case, leader: Officer, other_station: Office) -> None:
    fact(waiting)
    assert "桥头所" in browser(leader).get("/wall/").content.decode()
    assert browser(leader).get(f"/wall/?office={other_station.code}").status_code == 404
    assert figures.of(other_station).total.accepted == 0


def test_a_city_of_many_stations_is_shown_by_branch(waiting: Case, city: Office, branch: Office) -> None:
    fact(waiting)
    for number in range(figures.MOST_ROWS):
        Office.objects.create(
            code=f"42990000{number:04}",
            name=f"第{number}派出所",
            short_name=f"{number}所",
            level="station",
            parent=branch,
        )
    wall = figures.of(city)
    assert wall.by_branch
    assert [(line.name, line.accepted) for line in wall.lines] == [("云东分局", 1)]


def test_nobody_is_named_on_the_wall_and_adoptions_are_not_among_the_notices(
    station: Office, clerk: Officer, leader: Officer, branch_officer: Officer, city_officer: Officer
) -> None:
    cases.load_catalogue()
    cases.give_seals(clerk, leader, branch_officer)
    case = cases.noticed(cases.decided(cases.decided(cases.handed_up(station, clerk), leader), branch_officer))
    page = browser(city_officer).get("/wall/").content.decode()
    assert case.subtype.name_zh in page
    for secret in (case.applicant_name, case.applicant.id_number, case.number, clerk.name, city_officer.name):
        assert secret not in page


def test_an_adoption_of_today_changes_nothing_on_the_wall(
    waiting: Case, station: Office, clerk: Officer, branch: Office
) -> None:
    with clock.frozen(clock.now()) as now:
        fact(waiting)
        before = figures.of(branch)
        adopted = facts.fact(
            station, clerk, accepted_on=clock.today(), subtype="0301", days=0, filed_on=clock.today(), filed_at=now
        )
        adopted.save()
        Case.objects.filter(pk=adopted.pk).update(due_at=now - timedelta(hours=1))
        Alert.objects.create(
            rule="r", subject="s:1", case_id=adopted.pk, office=station, due_at=now, rung=1, raised_at=now
        )
        assert adopted.turnaround
        assert figures.of(branch) == before


def test_the_wall_asks_few_questions(waiting: Case, city: Office, city_officer: Officer) -> None:
    screen = browser(city_officer)
    screen.get("/wall/figures/")
    with CaptureQueriesContext(connection) as asked:
        figures.of(city)
    assert len(asked) <= 8
    with CaptureQueriesContext(connection) as asked:
        assert screen.get("/wall/figures/").status_code == 200
    assert len(asked) <= 11  # the session, the officer, their duties


def test_a_screen_is_hung_up_and_the_officer_is_signed_out(branch: Office, branch_officer: Officer) -> None:
    machine = browser(branch_officer)
    answer = machine.post("/wall/screens/hang/", {"name": "指挥室大屏"})
    assert answer.url == "/wall/"
    cookie = answer.cookies[COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/wall/", True, "Strict")
    assert machine.get("/").status_code == 302  # nobody is signed in here any more
    page = machine.get("/wall/")
    assert page.status_code == 200
    assert branch.name in page.content.decode()
    assert machine.get("/wall/screens/").status_code == 302
    screen = WallScreen.objects.get()
    assert screen.token_sha256 != cookie.value
    assert Event.objects.filter(action="wall_screen.hung", subject=f"wall.wallscreen:{screen.pk}").count() == 1


def test_a_screen_shows_its_office_whatever_is_asked_and_nothing_once_taken_down(
    station: Office, city: Office, leader: Officer
) -> None:
    screen, token = actions.hang(office_id=station.pk, name="大厅", by=leader)
    machine = Client()
    machine.cookies[COOKIE] = token
    answer = machine.get(f"/wall/figures/?office={city.code}")
    assert answer.status_code == 200
    assert answer.context["office"] == station
    screen.refresh_from_db()
    assert screen.seen_at is not None

    actions.take_down(screen_id=screen.pk, reason="迁往新址", by=leader)
    assert machine.get("/wall/figures/").status_code == 403
    assert machine.get("/wall/").status_code == 403
    assert not WallScreen.objects.hanging(clock.now()).exists()
    with pytest.raises(errors.DownAlready):
        actions.take_down(screen_id=screen.pk, reason="再来一次", by=leader)


def test_the_time_of_a_screen_runs_out_and_its_name_is_free_again(station: Office, leader: Officer) -> None:
    _screen, token = actions.hang(office_id=station.pk, name="大厅", by=leader)
    with pytest.raises(errors.NameTaken):
        actions.hang(office_id=station.pk, name="大厅", by=leader)
    with clock.frozen(clock.now() + timedelta(days=91)):
        machine = Client()
        machine.cookies[COOKIE] = token
        assert machine.get("/wall/figures/").status_code == 403
        actions.hang(office_id=station.pk, name="大厅", by=leader)


def test_the_wall_does_not_keep_its_officer_signed_in(city_officer: Officer) -> None:
    machine = browser(city_officer)
    machine.get("/wall/")
    before = machine.session.get_expiry_date(), machine.session.get("prolonged")
    later = clock.now() + timedelta(minutes=5)
    with clock.frozen(later):
        assert machine.get("/wall/figures/").status_code == 200
        assert machine.session.get("prolonged") == before[1]


@pytest.mark.parametrize("who", ["clerk", "auxiliary", "overseer"])
def test_only_leaders_and_bureaus_hang_screens(who: str, station: Office, request: pytest.FixtureRequest) -> None:
    with pytest.raises(NotPermitted):
        actions.hang(office_id=station.pk, name="大厅", by=request.getfixturevalue(who))
    assert Event.objects.filter(action="wall_screen.hang.refused").count() == 1


def test_the_line_of_a_wall_hears_all_offices_under_it_and_says_only_that_something_changed(
    station: Office, branch: Office, branch_officer: Officer, other_station: Office, leader: Officer
) -> None:
    consumer = WallConsumer()
    consumer.scope = {"user": branch_officer, "query_string": b"", "cookies": {}}
    assert consumer._groups() == {f"office-{one.pk}" for one in (branch, station, other_station)}
    consumer.scope["query_string"] = f"office={branch.parent.code}".encode()
    assert consumer._groups() == frozenset()
    _screen, token = actions.hang(office_id=station.pk, name="大厅", by=leader)
    nobody = type("Nobody", (), {"is_authenticated": False})()
    consumer.scope = {"user": nobody, "query_string": b"", "cookies": {COOKIE: token}}
    assert consumer._groups() == {f"office-{station.pk}"}
    consumer.scope["cookies"] = {COOKIE: "another"}
    assert consumer._groups() == frozenset()
    assert "case" not in CHANGED
