"""Alerts: raised once per rung however often and by however many, told to the office, closed with a record."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from audit.alerts import actions, queries, rules
from audit.alerts.errors import AlertClosedAlready, RecordMissing
from audit.alerts.models import Alert, Timer
from audit.trail import queries as trail
from hukou.accounts.models import Duty, Office, Officer
from hukou.kernel import clock, push
from hukou.kernel.errors import NotFound, NotPermitted
from tests.support.at_once import PATIENCE, Attempt

DUE = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch, station: Office) -> list[rules.Due]:
    """What the rule "paper.late" finds once its time has come; add to it."""
    dues: list[rules.Due] = []

    def find(now: datetime) -> Iterator[rules.Due]:
        return (due for due in dues if due.due_at <= now)

    monkeypatch.setattr(rules, "_rules", {})
    rules.register(rules.AlertRule("paper.late", "Paper is late", find, ladder=rules.ONCE))
    return dues


def due(station: Office, case: int = 7, hours: int = 0) -> rules.Due:
    return rules.Due(f"cases.case:{case}", station.pk, DUE + timedelta(hours=hours), {"missing": ["id_card"]})


@pytest.mark.django_db
def test_an_alert_is_raised_once_however_often_the_sweep_runs(late: list[rules.Due], station: Office) -> None:
    late.append(due(station))
    assert actions.sweep().raised == 1
    assert actions.sweep().raised == 0
    alert = Alert.objects.get()
    assert (alert.rule, alert.subject, alert.office, alert.due_at, alert.details) == (
        "paper.late",
        "cases.case:7",
        station,
        DUE,
        {"missing": ["id_card"]},
    )
    assert alert.label == "Paper is late"


@pytest.mark.django_db
def test_nothing_is_raised_before_its_time(late: list[rules.Due], station: Office) -> None:
    late.append(due(station))
    assert actions.sweep(now=DUE - timedelta(seconds=1)).raised == 0
    assert actions.sweep(now=DUE).raised == 1


@pytest.mark.django_db
def test_an_extended_deadline_alerts_again(late: list[rules.Due], station: Office) -> None:
    late += [due(station), due(station, case=8)]
    assert dict(actions.sweep().rules) == {"paper.late": 2}
    late[0] = due(station, hours=1)
    assert dict(actions.sweep().rules) == {"paper.late": 1}


@pytest.mark.django_db
def test_raising_is_in_the_trail_of_the_case(late: list[rules.Due], station: Office) -> None:
    late.append(due(station))
    actions.sweep()
    (entry,) = trail.timeline(7)
    assert (entry.action, entry.who, entry.office) == ("alert.raised", "", "柳巷所")
    assert entry.details["found"] == {"missing": ["id_card"]}


@pytest.mark.django_db
def test_the_office_is_told_by_id_only(late: list[rules.Due], station: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, object]] = []
    monkeypatch.setattr(push, "announce", lambda **message: told.append(message))
    late.append(due(station))
    actions.sweep()
    assert told == [{"group": f"office-{station.pk}", "kind": "alert_raised", "alert": Alert.objects.get().pk}]


@pytest.mark.django_db
def test_a_rule_that_fails_does_not_stop_the_others(
    late: list[rules.Due], station: Office, caplog: pytest.LogCaptureFixture
) -> None:
    late.append(due(station))

    def broken(now: datetime) -> list[rules.Due]:
        with connection.cursor() as cursor:
            cursor.execute("select 1/0")
        return []

    first = dict(rules._rules)
    rules._rules.clear()
    rules.register(rules.AlertRule("paper.broken", "Broken", broken))
    rules._rules.update(first)
    report = actions.sweep()
    assert (report.raised, report.failed) == (1, ("paper.broken",))
    assert "paper.broken" in caplog.text


@pytest.mark.django_db
def test_details_with_personal_data_are_not_raised(late: list[rules.Due], station: Office) -> None:
    late.append(rules.Due("cases.case:7", station.pk, DUE, {"who": "110101199003074514"}))
    assert actions.sweep().failed == ("paper.late",)
    assert not Alert.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_sweeps_at_once_raise_each_alert_once(late: list[rules.Due], station: Office) -> None:
    late += [due(station, case=case) for case in range(120)]
    ready = threading.Barrier(3)
    raised: list[int] = []

    def run() -> None:
        ready.wait()
        raised.append(actions.sweep().raised)
        connection.close()

    sweeps = [threading.Thread(target=run) for _ in range(3)]
    for each in sweeps:
        each.start()
    for each in sweeps:
        each.join()
    assert sum(raised) == 120
    assert Alert.objects.count() == 120
    assert all(len(trail.timeline(case)) == 1 for case in range(120))


@pytest.mark.django_db(transaction=True)
def test_who_closes_an_alert_waits_for_its_timer_before_they_hold_it(
    late: list[rules.Due], clerk: Officer, station: Office
) -> None:
    rules.register(rules.AlertRule("paper.found", "Found"))
    actions.tell("paper.found", "cases.case:7", office_id=station.pk)
    alert = Alert.objects.get()
    with transaction.atomic(), connection.cursor() as sweep:  # has the timer, and comes to the alert later
        assert len(Timer.objects.select_for_update().filter(happened=True)) == 1
        closing = Attempt(lambda: actions.close_alert(alert_id=alert.pk, by=clerk, record="已补交。"))
        closing.join(0.5)
        assert closing.is_alive()
        sweep.execute("set local lock_timeout = '5s'")
        assert Alert.objects.select_for_update().get().closed_at is None
    closing.join(PATIENCE)
    assert closing.error is None
    assert Alert.objects.get().closed_by == clerk
    assert not Timer.objects.exists()


@pytest.fixture
def alert(late: list[rules.Due], station: Office) -> Alert:
    late.append(due(station))
    actions.sweep()
    return Alert.objects.get()


@pytest.mark.django_db
def test_closing_keeps_the_record_and_leaves_the_list(alert: Alert, clerk: Officer, station: Office) -> None:
    assert list(queries.open_for([station])) == [alert]
    actions.close_alert(alert_id=alert.pk, by=clerk, record="  申请人已补交，材料齐全。 ")
    assert not queries.open_for([station]).exists()
    (closed,) = queries.closed_lately([station])
    assert (closed.closed_by, closed.closing_record) == (clerk, "申请人已补交，材料齐全。")
    event = trail.events_of(closed).last()
    assert event is not None
    assert event.action == "alert.closed"
    assert "补交" not in bytes(event.leaf).decode()
    assert actions.sweep().raised == 0, "a closed alert does not come back"


@pytest.mark.django_db
@pytest.mark.parametrize("record", ["", "  \n "])
def test_an_alert_is_not_closed_without_a_record(alert: Alert, clerk: Officer, record: str) -> None:
    with pytest.raises(RecordMissing):
        actions.close_alert(alert_id=alert.pk, by=clerk, record=record)
    refusal = trail.events_of(alert).last()
    assert refusal is not None
    assert (refusal.action, refusal.details) == ("alert.close.refused", {"code": "alert_record_missing"})


@pytest.mark.django_db
def test_an_alert_is_closed_by_one_officer_only(alert: Alert, clerk: Officer) -> None:
    actions.close_alert(alert_id=alert.pk, by=clerk, record="已补采")
    with pytest.raises(AlertClosedAlready):
        actions.close_alert(alert_id=alert.pk, by=clerk, record="又一次")
    with pytest.raises(NotFound):
        actions.close_alert(alert_id=alert.pk + 1, by=clerk, record="已补采")


def on_duty(number: str, office: Office, role: str, kind: str = "officer") -> Officer:
    officer = Officer.objects.create(number=number, name="测试员", id_number="", kind=kind)
    Duty.objects.create(officer=officer, office=office, role=role, starts_on=date(2020, 1, 1))
    return officer


@pytest.mark.django_db
def test_strangers_auxiliaries_and_oversight_do_not_close_alerts(alert: Alert, station: Office) -> None:
    other = Office.objects.create(
        code="990102020000", name="东湖分局桥头派出所", short_name="桥头所", level="station", parent=station.parent
    )
    for officer in (
        on_duty("1", other, "desk_officer"),
        on_duty("2", station, "auxiliary", kind="auxiliary"),
        on_duty("3", station, "overseer"),
    ):
        with pytest.raises(NotPermitted):
            actions.close_alert(alert_id=alert.pk, by=officer, record="已处理")
    assert queries.open_for([station]).exists()


@pytest.mark.django_db
def test_offices_above_see_and_may_close_the_alert(alert: Alert, station: Office) -> None:
    branch = station.parent
    assert branch is not None
    assert branch.parent is not None
    assert list(queries.open_for([branch])) == list(queries.open_for([branch.parent])) == [alert]
    assert queries.open_counts([branch]) == {"paper.late": 1}
    actions.close_alert(alert_id=alert.pk, by=on_duty("4", branch, "branch_officer"), record="已督办")
    assert queries.open_counts([branch]) == {}


@pytest.mark.django_db
def test_the_database_refuses_a_closed_alert_without_a_record(alert: Alert, clerk: Officer) -> None:
    with pytest.raises(IntegrityError, match="alert_closed_whole"), transaction.atomic():
        Alert.objects.update(closed_at=clock.now(), closed_by=clerk)


def run(*options: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("sweep_alerts", *options, stdout=out, stderr=out)
    except SystemExit as exit_:
        return int(exit_.code or 0), out.getvalue()
    return 0, out.getvalue()


@pytest.mark.django_db
def test_the_command_sweeps_at_the_moment_given(late: list[rules.Due], station: Office) -> None:
    late.append(due(station))
    assert json.loads(run("--json", "--now", "2026-11-20T16:59")[1])["raised"] == 0
    status, text = run("--json", "--now", "2026-11-20T17:00")  # city time: 09:00 UTC
    assert (status, json.loads(text)) == (0, {"raised": 1, "rules": {"paper.late": 1}, "failed": []})
    assert run()[0] == 0


@pytest.mark.django_db
@pytest.mark.parametrize("now", ["tomorrow", "2026-13-01", "25:00"])
def test_the_command_says_what_is_wrong_with_a_bad_moment(late: list[rules.Due], now: str) -> None:
    status, text = run("--now", now)
    assert status == 2
    assert now in text
    assert "2026-11-23T09:00" in text
