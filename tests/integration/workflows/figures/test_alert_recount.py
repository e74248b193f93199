"""Alerts are what the trail tells of them: a figure changed by hand is found, and an edit of the calendar is followed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from audit.alerts import actions, handled, rules
from audit.alerts.models import Alert
from audit.statistics.models import Recount
from hukou.accounts.models import Office, Officer
from hukou.calendar import actions as calendar
from hukou.kernel import clock
from workflows.figures import alert_recount

pytestmark = pytest.mark.django_db
RULE = "test.happened"
MONDAY = datetime(2026, 9, 7, 9, 30, tzinfo=clock.CITY_TIME)


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch, station: Office, clerk: Officer) -> Alert:
    """Raised on a Monday, closed two working days later."""
    monkeypatch.setattr(rules, "_rules", dict(rules._rules))
    rules.register(rules.AlertRule(RULE, "出了事", kind=rules.Kind.LATE, ladder=rules.ONCE))
    with clock.frozen(MONDAY):
        actions.tell(RULE, "test.thing:1", office_id=station.pk)
    with clock.frozen(MONDAY + timedelta(days=2)):
        return actions.close_alert(alert_id=Alert.objects.get().pk, by=clerk, record="已改正")


def differing(month: date | None = None) -> list[tuple[str, int, int]]:
    return [(each.measure, each.told, each.recounted) for each in alert_recount.recount(month).differences]


def test_what_was_changed_by_hand_is_found_remembered_and_times_are_mended(closed: Alert, clerk: Officer) -> None:
    assert closed.handled == 2 * 7 * 60
    assert differing() == differing(date(2026, 9, 1)) == []
    Alert.objects.update(handled=1, rung=2)
    assert differing(date(2026, 8, 1)) == []
    assert differing() == [("climbed", 1, 0), ("handled", 1, 840)]
    with clock.frozen(MONDAY + timedelta(days=3)):
        report = alert_recount.check()
    assert Recount.objects.get(cube="alerts").differences == 2
    assert report.differences[0].subjects == (f"alerts.alert:{closed.pk}",)
    assert Alert.objects.get().handled == 840
    Alert.objects.update(rung=1, closed_at=None, closed_by=None, closing_record="", handled=None)
    assert differing() == [("closed", 0, 1)]
    Alert.objects.all().delete()
    assert differing() == [("alerts", 0, 1)]
    now = clock.now()
    Alert.objects.create(rule=RULE, subject="test.thing:2", office=closed.office, due_at=now, rung=1, raised_at=now)
    assert differing() == [("alerts", 0, 1), ("alerts", 1, 0)]


def test_an_edit_of_the_calendar_is_followed(closed: Alert, system_admin: Officer) -> None:
    day = date(2026, 9, 8)
    calendar.mark_days(first=day, last=day, kind="off", reason="放假", by=system_admin)
    last = handled.forget(year=2026, after=0)
    assert last == closed.pk
    assert handled.forget(year=2026, after=last) is handled.forget(year=2025, after=0) is None
    assert handled.fill() == 1
    assert Alert.objects.get().handled == 7 * 60
