"""Duties stand though nobody opens a page, raise alerts by themselves, and hold still once they are drawn."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from audit.alerts import actions as alerts
from audit.alerts.models import Alert
from audit.inspection import actions, duties, errors, plans, queries, sampling
from audit.inspection.models import InspectionDuty, Plan, Sample
from audit.trail import queries as trail
from hukou.accounts.models import Office, Officer
from hukou.kernel import clock
from hukou.kernel.errors import NotPermitted
from hukou.kernel.working_days import WorkingCalendar
from hukou.kernel.working_time import WorkingTime
from tests.support.people import make_office

from .conftest import MONDAY, Inspected

pytestmark = pytest.mark.django_db
NUMBERS = {"key_percent": 100, "share_permille": 100, "least": 1, "grace_days": 1, "order_days": 3}


def codes(office: Office) -> list[str]:
    return list(InspectionDuty.objects.filter(office=office).order_by("starts_on").values_list("period", flat=True))


def command(*arguments: str, capsys: Any) -> tuple[int, dict[str, Any]]:
    try:
        call_command("inspect_due", "--json", *arguments)
        status = 0
    except SystemExit as ended:
        status = int(str(ended.code))
    return status, json.loads(capsys.readouterr().out)


def test_a_branch_has_a_duty_for_every_week_and_the_city_for_every_month(
    station: Office, branch: Office, city: Office, monday: datetime
) -> None:
    assert len(duties.compute()) == 2
    assert duties.compute() == []
    assert (codes(branch), codes(city), codes(station)) == (["2026-W48"], ["2026-11"], [])
    with clock.frozen(MONDAY + timedelta(weeks=3)):  # no job ran, nobody looked
        duties.compute()
    assert codes(branch) == ["2026-W48", "2026-W49", "2026-W50", "2026-W51"]
    assert codes(city) == ["2026-11", "2026-12"]


def test_a_week_nobody_inspected_is_an_alert_by_itself_that_climbs_to_the_city(
    branch: Office, city: Office, monday: datetime
) -> None:
    duties.compute()
    duty = InspectionDuty.objects.get(office=branch)
    assert duty.due_at.astimezone(clock.CITY_TIME).isoformat() == "2026-12-01T17:30:00+08:00"  # Sunday and 2 days
    alerts.sweep(now=duty.due_at - timedelta(minutes=1))
    assert not Alert.objects.filter(rule="inspection.not_done").exists()
    with clock.frozen(duty.due_at + timedelta(days=14)):
        alerts.sweep()
    told = Alert.objects.filter(rule="inspection.not_done", subject=f"inspection.inspectionduty:{duty.pk}")
    assert {alert.office for alert in told} == {branch, city}
    assert [alert.details for alert in told[:1]] == [{"period": "2026-W48"}]


def test_an_inspection_without_a_case_is_concluded_too_and_its_alert_is_settled(
    branch: Office, branch_officer: Officer, monday: datetime
) -> None:
    duties.compute()
    duty = InspectionDuty.objects.get(office=branch)
    with clock.frozen(duty.due_at + timedelta(hours=1)):
        alerts.sweep()
        with pytest.raises(errors.InspectionState):  # nothing is concluded that was not drawn
            actions.conclude(duty_id=duty.pk, record="本周无办结业务", by=branch_officer)
        sampling.draw_waiting()
        done = actions.conclude(duty_id=duty.pk, record="本周无办结业务", by=branch_officer)
    assert (done.done_late, done.state) == (True, "done")
    assert Alert.objects.get(rule="inspection.not_done").settled_at is not None
    with pytest.raises(errors.InspectionState):
        actions.conclude(duty_id=duty.pk, record="又一次", by=branch_officer)


def test_the_command_says_what_is_due_and_its_status_whether_anything_is_late(
    branch: Office, monday: datetime, capsys: Any
) -> None:
    status, report = command(capsys=capsys)
    assert (status, report["made"], report["overdue"]) == (0, 2, 0)
    assert [row["state"] for row in report["duties"]] == ["drawn", "drawn"]
    with clock.frozen(MONDAY + timedelta(days=10)):
        status, report = command("--office", branch.code, "--open", capsys=capsys)
    assert (status, report["overdue"]) == (1, 1)
    assert [(row["period"], row["state"]) for row in report["duties"]] == [("2026-W49", "drawn"), ("2026-W48", "late")]


def test_the_seed_is_published_before_the_draw_and_drawing_again_gives_the_same(inspected: Inspected) -> None:
    acts = [event.action for event in trail.events_of(inspected.duty).order_by("subject_seq")]
    assert acts == ["inspection.seed_published", "inspection.sample_drawn"]
    published, drawn = (trail.events_of(inspected.duty).get(action=act) for act in acts)
    assert published.details["seed"] == drawn.details["seed"] == inspected.duty.seed
    again = sampling.redraw(inspected.duty)
    assert (again.seed_follows, again.frame_holds, again.same) == (True, True, True)
    before = Sample.objects.values_list("subject", "lot")
    sampling._draw(inspected.duty.pk, by=None)
    assert list(Sample.objects.values_list("subject", "lot")) == list(before)


def test_the_sample_holds_what_was_closed_in_the_period_before(inspected: Inspected, city: Office) -> None:
    sample = inspected.sample
    assert (sample.case_id, sample.title, sample.stratum) == (inspected.case.pk, inspected.case.number, "key")
    assert sample.officer == inspected.case.accepted_by
    assert inspected.duty.tally[0]["population"] == 1
    of_city = InspectionDuty.objects.get(office=city)
    before = (inspected.monday.date().replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    assert of_city.of_cases_from.code == before


def test_the_database_refuses_to_change_what_was_drawn(inspected: Inspected) -> None:
    for change in (
        "update inspection_inspectionduty set seed = repeat('0', 64)",
        "update inspection_inspectionduty set frame_sha256 = repeat('0', 64)",
        "update inspection_sample set subject = 'cases.case:0'",
        "delete from inspection_sample",
        "delete from inspection_inspectionduty",
        "update inspection_plan set share_permille = 60",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


def test_a_new_plan_holds_from_the_next_period_and_never_below_the_floor(
    branch: Office, city_officer: Officer, branch_officer: Officer, monday: datetime
) -> None:
    duties.compute()
    with pytest.raises(NotPermitted):
        actions.set_plan(level="branch", cadence="week", numbers=NUMBERS, reason="加大力度", by=branch_officer)
    low = NUMBERS | {"share_permille": 49}
    with pytest.raises(errors.NoSuchChoice):
        actions.set_plan(level="branch", cadence="week", numbers=low, reason="减负", by=city_officer)
    with pytest.raises(errors.WordsMissing):
        actions.set_plan(level="branch", cadence="week", numbers=NUMBERS, reason=" ", by=city_officer)
    made = actions.set_plan(level="branch", cadence="week", numbers=NUMBERS, reason="加大力度", by=city_officer)
    assert (made.version, made.starts_on.isoformat()) == (2, "2026-11-30")
    with clock.frozen(MONDAY + timedelta(weeks=1)):
        duties.compute()
    held = InspectionDuty.objects.filter(office=branch).order_by("starts_on")
    assert [duty.plan.version for duty in held] == [1, 2]


def test_an_office_that_stops_inspecting_has_no_more_duties_and_no_gap_when_it_goes_on(
    branch: Office, city_officer: Officer, monday: datetime
) -> None:
    duties.compute()
    actions.set_plan(level="branch", cadence="never", numbers=NUMBERS, reason="机构调整", by=city_officer)
    with clock.frozen(MONDAY + timedelta(weeks=2)):
        duties.compute()
        actions.set_plan(level="branch", cadence="week", numbers=NUMBERS, reason="恢复", by=city_officer)
    with clock.frozen(MONDAY + timedelta(weeks=4)):
        duties.compute()
    assert codes(branch) == ["2026-W48", "2026-W51", "2026-W52"]


def test_a_new_branch_begins_with_the_running_week(city: Office, branch: Office, monday: datetime) -> None:
    duties.compute()
    with clock.frozen(MONDAY + timedelta(weeks=2)):
        new = make_office("云溪市公安局云新分局", level="branch", parent=city)
        duties.compute()
    assert codes(new) == ["2026-W50"]


def test_an_edit_of_the_calendar_moves_what_is_due(branch: Office, monday: datetime) -> None:
    duties.compute()
    duty = InspectionDuty.objects.select_related("plan").get(office=branch)
    duties.project(duty, WorkingTime(WorkingCalendar(frozenset({(MONDAY + timedelta(days=7)).date()}))))
    assert duty.due_at.astimezone(clock.CITY_TIME).isoformat() == "2026-12-02T17:30:00+08:00"
    alerts.sweep(now=duty.due_at - timedelta(minutes=1))
    assert not Alert.objects.filter(rule="inspection.not_done").exists()


def test_what_a_level_does_without_a_plan_of_its_own_is_the_shipped_one(city: Office, monday: datetime) -> None:
    plans.take_in_shipped()
    plans.take_in_shipped()
    assert sorted(Plan.objects.values_list("level", "cadence", "share_permille", "made_by")) == [
        ("branch", "week", 50, None),
        ("city", "month", 50, None),
    ]
    assert queries.plan_in_force("branch", MONDAY.date()) == Plan.objects.get(level="branch")
    assert queries.plan_in_force("station", MONDAY.date()) is None
