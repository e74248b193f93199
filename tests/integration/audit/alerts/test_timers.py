"""Armed facts: rung by rung from the due moment, settled when the fact is over, told to whom the ladder says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import connection, transaction

from audit.alerts import actions, rules
from audit.alerts.errors import NotArmed
from audit.alerts.models import Alert, Timer
from audit.trail import queries as trail
from hukou.accounts.models import Office, Officer
from hukou.kernel import clock, push

pytestmark = pytest.mark.django_db
LATE, TOLD, SEEN = "paper.late", "paper.found", "paper.seen"
DUE = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)  # Monday, 09:00 in the city
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> list[rules.Due]:
    """Three rules: armed, told and watched; the list is what the watched one finds."""
    dues: list[rules.Due] = []

    def find(now: datetime) -> Iterator[rules.Due]:
        return (due for due in dues if due.due_at <= now)

    monkeypatch.setattr(rules, "_rules", {})
    rules.register(rules.AlertRule(LATE, "Paper is late", kind=rules.Kind.LATE, params={"hours": 4}))
    rules.register(rules.AlertRule(TOLD, "Paper was found", kind=rules.Kind.ADDED, ladder=rules.ONCE))
    rules.register(rules.AlertRule(SEEN, "Paper is seen", find, kind=rules.Kind.SYSTEM))
    return dues


@pytest.fixture
def branch(station: Office) -> Office:
    """The branch over the station."""
    assert station.parent is not None
    return station.parent


@pytest.fixture
def city(branch: Office) -> Office:
    """The bureau over the branch."""
    assert branch.parent is not None
    return branch.parent


def arm(office: Office, due_at: datetime | None = DUE, subject: str = "cases.case:7") -> None:
    actions.arm(LATE, subject, office_id=office.pk, due_at=due_at, details={"number": "1"})


def sweep(days: float) -> int:
    with clock.frozen(DUE + timedelta(days=days)):
        return actions.sweep().raised


def raised(rule: str = LATE) -> list[tuple[int, Office, str]]:
    return [
        (alert.rung, alert.office, alert.role) for alert in Alert.objects.filter(rule=rule).order_by("due_at", "rung")
    ]


def test_a_fact_climbs_from_the_office_to_its_leader_the_branch_and_the_city(
    station: Office, branch: Office, city: Office, leader: Officer
) -> None:
    arm(station)
    assert [sweep(days) for days in (-0.01, 0, 0.99, 1, 1, 2.99, 3, 4.99, 6.99, 7)] == [0, 1, 0, 1, 0, 0, 1, 0, 0, 1]
    assert raised() == [(1, station, "office"), (2, station, "leader"), (3, branch, "office"), (4, city, "office")]
    assert (Timer.objects.get().state, Timer.objects.get().fire_at) == (Timer.State.TOP, None)


def test_where_nobody_leads_the_branch_is_told_in_the_leaders_stead(station: Office, branch: Office) -> None:
    arm(station)
    assert sweep(1) == 2
    assert raised()[1] == (2, branch, "office")


def test_a_bureau_is_told_again_itself_and_then_the_city(branch: Office, city: Office) -> None:
    arm(branch)
    assert sweep(30) == 4
    assert [office for _rung, office, _role in raised()] == [branch, branch, city, city]


def test_another_due_moment_begins_anew_and_settles_what_was_raised(station: Office) -> None:
    arm(station)
    sweep(1)
    arm(station, DUE + 2 * DAY)
    assert Alert.objects.filter(settled_at=None).count() == 0
    assert sweep(1.99) == 0
    assert sweep(2) == 1
    arm(station)
    assert sweep(2) == 0, "what was raised for a due moment is not raised for it again"
    assert Alert.objects.filter(settled_at=None, due_at=DUE).count() == 2, "but it is not over after all"


def test_the_same_due_moment_keeps_the_rung_and_the_next_tells_the_new_office(
    station: Office, other_station: Office, leader: Officer
) -> None:
    arm(station)
    sweep(0)
    arm(other_station)
    assert sweep(1) == 1
    assert Alert.objects.get(rung=1).office == station
    assert Alert.objects.get(rung=2).concerned == other_station


def test_what_is_over_climbs_no_further_and_is_settled(station: Office) -> None:
    arm(station)
    sweep(0)
    arm(station, None)
    assert sweep(30) == 0
    assert Alert.objects.get().settled_at is not None
    assert Alert.objects.open().exists(), "it is still to be closed with a record"


def test_a_watched_fact_is_armed_when_found_and_over_when_it_is_not(known: list[rules.Due], station: Office) -> None:
    known.append(rules.Due("cases.case:8", station.pk, DUE, details={"number": "2"}))
    assert sweep(1) == 2
    known.clear()
    assert sweep(30) == 0
    assert Alert.objects.filter(rule=SEEN, settled_at=None).count() == 0


def test_what_happened_is_told_in_the_same_transaction(station: Office) -> None:
    actions.tell(TOLD, "cases.materialpage:3", office_id=station.pk, details={"material": "id_card"}, case_id=7)
    alert = Alert.objects.get()
    assert (alert.case_id, alert.rung, alert.details) == (7, 1, {"material": "id_card"})
    assert [entry.action for entry in trail.timeline(7)] == ["alert.raised"]
    assert sweep(3650) == 0
    assert Timer.objects.get().state == Timer.State.TOP, "until it is closed"


@pytest.mark.parametrize(
    ("rule", "details"), [("paper.unknown", {}), (LATE, {"who": "110101199003074514"}), (LATE, {"share": 0.5})]
)
def test_what_cannot_be_armed_fails_the_step(station: Office, rule: str, details: dict[str, object]) -> None:
    with pytest.raises(NotArmed), transaction.atomic():
        actions.arm(rule, "cases.case:7", office_id=station.pk, due_at=DUE, details=details)
    with pytest.raises(NotArmed), transaction.atomic():
        actions.tell(rule, "cases.case:7", office_id=station.pk, details=details)


def test_an_office_that_does_not_exist_fails_the_step_too(station: Office) -> None:
    for act in (
        lambda: actions.arm(LATE, "cases.case:7", office_id=0, due_at=DUE),
        lambda: actions.tell(TOLD, "cases.case:7", office_id=0),
    ):
        with pytest.raises(NotArmed):
            act()


def test_a_trigger_arms_as_a_verb_does(station: Office) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select alerts_arm(%s, %s, 7, %s, %s, '{}'::jsonb)", [LATE, "cases.case:7", station.pk, DUE])
        assert sweep(0) == 1
        cursor.execute("select alerts_disarm(%s, %s)", [LATE, "cases.case:7"])
    assert Alert.objects.get().settled_at is not None


@pytest.mark.django_db(transaction=True)
def test_what_settles_by_itself_is_told_once_to_each_office_concerned(
    station: Office, other_station: Office, branch: Office, city: Office
) -> None:
    for case in range(1, 4):
        arm(station, subject=f"cases.case:{case}")
    arm(other_station, subject="cases.case:4")
    arm(station, DUE + 9 * DAY, subject="cases.case:5")
    sweep(0)
    with screens() as told:
        actions.disarm(LATE, "cases.case:5")  # nothing was raised
        with transaction.atomic():
            actions.disarm(LATE, "cases.case:1")
            transaction.set_rollback(True)
        assert told() == []
        with transaction.atomic():
            for case in range(1, 4):
                actions.disarm(LATE, f"cases.case:{case}")
        assert told() == words_to(station, branch, city)
        arm(other_station, DUE + DAY, subject="cases.case:4")
        assert told() == words_to(other_station, branch, city)


def words_to(*offices: Office) -> list[tuple[str, str]]:
    return sorted((f"office-{one.pk}", "alert_changed") for one in offices)


@contextmanager
def screens() -> Iterator[Callable[[], list[tuple[str, str]]]]:
    """What screens have been told since they were asked last; they hear it through a line of their own."""
    where = connection.get_connection_params()
    where = {name: where[name] for name in where if name not in ("context", "cursor_factory")}
    with psycopg.connect(**where, autocommit=True) as line:
        line.execute(f"listen {push.CHANNEL}")

        def told() -> list[tuple[str, str]]:
            said = [json.loads(note.payload) for note in line.notifies(timeout=0.2)]
            return sorted((one["group"], one["kind"]) for one in said)

        yield told


def test_one_bad_timer_does_not_stop_the_others(station: Office, caplog: pytest.LogCaptureFixture) -> None:
    arm(station)
    arm(station, subject="cases.case:8")
    Timer.objects.filter(subject="cases.case:8").update(details={"who": "110101199003074514"})
    with clock.frozen(DUE):
        report = actions.sweep()
    assert (report.raised, report.failed) == (1, (LATE,))
    assert "could not be raised" in caplog.text
    Timer.objects.filter(subject="cases.case:8").update(details={})
    assert sweep(0.1) == 1
