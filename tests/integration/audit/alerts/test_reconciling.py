"""Holes are found and mended: timers that were overlooked, that are missing, that should not stand; and it is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from audit.alerts import actions, reconciling, rules
from audit.alerts.models import Alert, Timer
from audit.trail.models import Event
from hukou.accounts.models import Office
from hukou.kernel import clock

pytestmark = pytest.mark.django_db
LATE, HOUR = "paper.late", timedelta(hours=1)


@pytest.fixture(autouse=True)
def facts(monkeypatch: pytest.MonkeyPatch) -> dict[str, rules.Due]:
    """The facts as the tables of the layer above have them."""
    standing: dict[str, rules.Due] = {}

    def every() -> Iterator[rules.Due]:
        return iter(list(standing.values()))

    monkeypatch.setattr(rules, "_rules", {})
    rules.register(rules.AlertRule(LATE, "Paper is late", kind=rules.Kind.LATE, standing=every))
    reconciling.register()
    return standing


def fact(facts: dict[str, rules.Due], station: Office, case: int, hours: float = -1) -> rules.Due:
    """A fact that was armed as it should be."""
    due = rules.Due(f"cases.case:{case}", station.pk, clock.now() + hours * HOUR)
    facts[due.subject] = due
    actions.arm(LATE, due.subject, office_id=due.office_id, due_at=due.due_at)
    return due


def holes() -> list[dict[str, object]]:
    return [alert.details for alert in Alert.objects.filter(rule=reconciling.HOLE).order_by("pk")]


def test_what_is_as_it_should_be_is_left_alone(facts: dict[str, rules.Due], station: Office) -> None:
    fact(facts, station, 7)
    fact(facts, station, 8, hours=5)
    actions.sweep()
    assert reconciling.catch_up().whole
    assert reconciling.reconcile().whole
    assert actions.sweep().raised == 0
    assert holes() == []


def test_a_due_timer_that_is_looked_at_too_late_is_raised_within_the_hour(
    facts: dict[str, rules.Due], station: Office
) -> None:
    fact(facts, station, 7)
    Timer.objects.update(fire_at=clock.now() + 9000 * HOUR)
    assert actions.sweep().raised == 0
    assert reconciling.catch_up().overlooked == {LATE: 1}
    assert actions.sweep().raised == 1
    assert holes() == [{"rule": LATE, "overlooked": 1}]


def test_an_alert_that_is_gone_is_raised_again(facts: dict[str, rules.Due], station: Office) -> None:
    fact(facts, station, 7)
    actions.sweep()
    Alert.objects.all().delete()
    assert reconciling.catch_up().overlooked == {LATE: 1}
    assert actions.sweep().raised == 1


def test_what_a_wrong_glance_hides_is_raised_within_the_hour(station: Office) -> None:
    stuck = rules.Due("seals.seal:1", station.pk, clock.now() - HOUR)
    rules.register(rules.AlertRule("seal.stuck", "Stuck", lambda _now: [stuck], glance=rules.Glance("false")))
    assert actions.sweep().raised == 0
    assert reconciling.catch_up().overlooked == {"seal.stuck": 1}
    assert actions.sweep().rules["seal.stuck"] == 1
    assert reconciling.catch_up().whole


def test_timers_missing_moved_and_left_over_are_put_right_at_night(
    facts: dict[str, rules.Due], station: Office
) -> None:
    for case in (7, 8, 9):
        fact(facts, station, case)
    actions.sweep()
    Timer.objects.filter(subject="cases.case:7").delete()
    Timer.objects.filter(subject="cases.case:8").update(due_at=clock.now() + HOUR)
    del facts["cases.case:9"]
    healed = reconciling.reconcile()
    assert (healed.armed, healed.disarmed) == ({LATE: 2}, {LATE: 1})
    assert {timer.subject: timer.due_at for timer in Timer.objects.filter(rule=LATE)} == {
        due.subject: due.due_at for due in facts.values()
    }
    assert actions.sweep().raised == 0, "both had been told of before"
    assert Alert.objects.get(subject="cases.case:9").settled_at is not None
    assert holes() == [{"rule": LATE, "armed": 2, "disarmed": 1}]
    event = Event.objects.get(action="alert.timers_healed")
    assert event.details["subjects"] == ["cases.case:7", "cases.case:8", "cases.case:9"]
    assert reconciling.reconcile().whole
