"""The alert list shows what is late, and whose case it is only to those who may see the case."""

from __future__ import annotations

import pytest

from audit.alerts.models import Alert
from hukou.accounts.models import Office, Officer
from hukou.kernel import clock
from tests.support import cases
from workflows.cases.models import Case

from .conftest import SignedIn


@pytest.fixture
def late(draft: Case, clerk: Officer, station: Office) -> Alert:
    """An alert about an accepted case."""
    cases.fill(draft, clerk)
    accepted = cases.actions.accept_case(case_id=draft.pk, by=clerk)
    return alert(f"cases.case:{accepted.pk}", station)


def alert(subject: str, office: Office) -> Alert:
    now = clock.now()
    return Alert.objects.create(
        rule="case.capture_overdue", subject=subject, office=office, due_at=now, rung=1, raised_at=now
    )


def test_the_desk_finds_the_case_behind_an_alert(signed_in: SignedIn, clerk: Officer, draft: Case, late: Alert) -> None:
    assert f"/cases/{draft.pk}/" in signed_in(clerk).get("/alerts/").content.decode()


def test_who_runs_the_system_sees_the_alert_but_not_the_case(
    signed_in: SignedIn, system_admin: Officer, draft: Case, late: Alert
) -> None:
    shown = signed_in(system_admin).get("/alerts/").content.decode()
    assert f"/alerts/{late.pk}/close/" in shown
    assert f"/cases/{draft.pk}/" not in shown
    assert draft.subtype.name_zh not in shown


def test_an_alert_that_is_not_about_a_case_is_listed_without_one(
    signed_in: SignedIn, clerk: Officer, draft: Case, station: Office
) -> None:
    for subject in ("trail.log:main", f"capture.capturesession:{draft.pk}"):
        alert(subject, station)
    answer = signed_in(clerk).get("/alerts/")
    assert answer.status_code == 200
    assert f"/cases/{draft.pk}/" not in answer.content.decode()


def test_an_alert_of_another_station_does_not_exist(signed_in: SignedIn, other_clerk: Officer, late: Alert) -> None:
    assert signed_in(other_clerk).post(f"/alerts/{late.pk}/close/", {"record": "已处理"}).status_code == 404
