"""What stands out in the use of the system is told to the branch, once for each finding."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from audit.alerts import rules, use_rules
from audit.alerts.models import Alert
from audit.trail import actions as trail
from audit.trail.unusual import registry
from hukou.accounts.models import Office, Officer
from hukou.kernel import clock

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 11, 25, 23, 30, tzinfo=clock.CITY_TIME)
MORNING = datetime(2026, 11, 26, 9, 30, tzinfo=clock.CITY_TIME)


def act(officer: Officer, at: datetime) -> None:
    with clock.frozen(at):
        trail.record("paper.laid", subject="papers.paper:1", by=officer, details={})


def test_use_at_night_is_told_once_and_use_by_day_never(
    station: Office, second_clerk: Officer, leader: Officer
) -> None:
    act(second_clerk, NIGHT)
    act(leader, MORNING)
    with clock.frozen(MORNING + timedelta(minutes=1)):
        assert use_rules.look() == 1
        assert use_rules.look() == 0
    alert = Alert.objects.get()
    assert (alert.rule, alert.office, alert.details["officer"]) == ("use.off_hours", station.parent, second_clerk.pk)
    with clock.frozen(MORNING + timedelta(days=1)):
        assert use_rules.look() == 0


def test_every_rule_of_unusual_use_is_an_alert_rule() -> None:
    assert {use_rules.name_of(name) for name in registry.registered()} <= set(rules.registered())
