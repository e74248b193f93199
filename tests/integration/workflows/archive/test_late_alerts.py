"""Alerts about late capture: the branch hears of every one, and of one that was left lying."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from audit.alerts import actions as alerts
from audit.alerts.models import Alert
from hukou.kernel import clock
from tests.support.stages import Bureau
from workflows.archive import late_alerts
from workflows.archive.models import LateCapture
from workflows.cases import deadlines
from workflows.cases.models import Case

pytestmark = pytest.mark.django_db


@pytest.fixture
def filed(bureau: Bureau) -> Case:
    """A filed case, refused before: the shortest way into the archive."""
    return bureau.file(bureau.refused())


def raised(rule: str) -> list[Alert]:
    return list(Alert.objects.filter(rule=rule).order_by("rung").select_related("office"))


def test_the_branch_is_alerted_once_to_a_case_that_was_added_to(bureau: Bureau, filed: Case) -> None:
    bureau.late_of(filed)
    assert raised(late_alerts.CONCLUDED) == []
    bureau.conclude_late_capture(filed)
    alerts.sweep()
    (alert,) = raised(late_alerts.CONCLUDED)
    assert (alert.office, alert.concerned, alert.case_id) == (bureau.station.parent, bureau.station, filed.pk)
    assert alert.details == {"number": filed.number, "version": 2, "added": 1, "taken_out": 0}


def test_each_version_is_an_alert_of_its_own(bureau: Bureau, filed: Case) -> None:
    for _time in range(2):
        case = bureau.begin_late_capture(filed)
        bureau.capture(case, "M_HUKOU_BOOK", 7 + _time)
        bureau.conclude_late_capture(case)
    alerts.sweep()
    assert sorted(alert.details["version"] for alert in raised(late_alerts.CONCLUDED)) == [2, 3]


def test_a_late_capture_left_open_climbs_from_the_station_to_the_branch(bureau: Bureau, filed: Case) -> None:
    bureau.late_of(filed)
    due = late_alerts.due_of(LateCapture.objects.get())
    expected: list[tuple[datetime, list[str]]] = [
        (due - timedelta(seconds=1), []),
        (due, ["station"]),
        (deadlines.after(due, 1), ["station", "station"]),
        (deadlines.after(due, 3), ["station", "station", "branch"]),
    ]
    for moment, levels in expected:
        alerts.sweep(now=moment)
        assert [alert.office.level for alert in raised(late_alerts.LEFT_OPEN)] == levels
    assert {alert.due_at for alert in raised(late_alerts.LEFT_OPEN)} == {due}
    assert [found.due_at for found in late_alerts.standing_left_open()] == [due]
    bureau.abandon_late_capture(filed)
    assert not Alert.objects.filter(rule=late_alerts.LEFT_OPEN, settled_at=None).exists()


@pytest.mark.parametrize("ended", ["concluded", "abandoned"])
def test_a_late_capture_that_is_over_is_not_overdue(bureau: Bureau, filed: Case, ended: str) -> None:
    case = bureau.late_of(filed)
    if ended == "concluded":
        bureau.conclude_late_capture(case)
    else:
        bureau.abandon_late_capture(case)
    alerts.sweep(now=clock.now() + timedelta(days=40))
    assert raised(late_alerts.LEFT_OPEN) == []
