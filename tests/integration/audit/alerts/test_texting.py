"""Grave alerts and high rungs are told by text as well: one text, office and rule, no more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audit.alerts import actions, rules, terms
from audit.alerts.models import Alert
from audit.outbox import actions as outbox
from audit.outbox.models import Message
from hukou.accounts.models import Office, Officer
from hukou.kernel import clock

pytestmark = pytest.mark.django_db
CASE = "42990101000020261121110100001"


@pytest.fixture(autouse=True)
def three_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "_rules", {})
    for severity in (1, 2, 3):
        label = f"规则{severity}"
        rules.register(rules.AlertRule(f"test.severity_{severity}", label, kind=rules.Kind.LATE, severity=severity))


def arm(severity: int, key: int, station: Office, **details: str) -> None:
    actions.arm(
        f"test.severity_{severity}", f"test.thing:{key}", office_id=station.pk, due_at=clock.now(), details=details
    )


def texts_after(days: float) -> list[tuple[str, str]]:
    with clock.frozen(clock.now() + timedelta(days=days)):
        actions.sweep()
        outbox.gather()
    return list(Message.objects.order_by("pk").values_list("office__short_name", "text"))


def test_what_cannot_wait_is_told_at_once_with_the_case_it_is_about(station: Office) -> None:
    for severity in (1, 2):
        arm(severity, severity, station)
    arm(3, 3, station, number=CASE)
    [(office, text)] = texts_after(0)
    assert office == station.short_name
    assert CASE in text
    assert "规则3" in text


def test_the_branch_is_told_by_text_of_what_has_climbed_to_it_together(station: Office, clerk: Officer) -> None:
    for key in range(5):
        arm(2, key, station)
    assert texts_after(0) == []
    assert station.parent is not None
    told = [(office, "5" in text) for office, text in texts_after(6)]
    assert (station.parent.short_name, True) in told
    assert station.short_name not in dict(told)


def test_the_term_is_data(station: Office, clerk: Officer) -> None:
    clerk.duties.update(role="city_officer", office=station.at_level("city"))
    terms.set_terms(rule="test.severity_1", by=clerk, reason="试行", params={rules.TEXT_FROM_RUNG: 1})
    arm(1, 1, station)
    assert len(texts_after(0)) == 1


def test_what_is_dealt_with_before_the_text_is_written_is_not_told(station: Office, clerk: Officer) -> None:
    arm(3, 1, station)
    actions.sweep()
    actions.close_alert(alert_id=Alert.objects.get().pk, by=clerk, record="已处理")
    outbox.gather()
    assert not Message.objects.exists()
