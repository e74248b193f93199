"""A decided case whose notice cannot be made is told to the office that decided, and tried again."""

from __future__ import annotations

from datetime import timedelta

from procrastinate.contrib.django.models import ProcrastinateJob

from audit.alerts import actions as alerts
from audit.alerts import rearming, terms
from audit.alerts.models import Alert, Timer
from hukou.accounts.models import Office, Officer
from hukou.calendar import actions as calendar
from hukou.calendar import publication
from hukou.kernel import clock
from tests.support import cases
from workflows.approvals import late_notices, notices, tasks
from workflows.cases.models import Case


def test_a_decided_case_without_a_notice_is_told_and_tried_again(
    station: Office, branch: Office, clerk: Officer, leader: Officer, branch_officer: Officer
) -> None:
    cases.load_catalogue()
    cases.give_seals(clerk, leader, branch_officer)
    case = cases.decided(cases.decided(cases.handed_up(station, clerk), leader), branch_officer)
    closed = case.closed_at
    assert closed is not None
    (due,) = late_notices.standing_not_issued()
    assert (due.subject, due.office_id) == (f"cases.case:{case.pk}", branch.pk)
    assert due.due_at == Timer.objects.get(rule=late_notices.NOT_ISSUED).due_at > closed
    Case.objects.filter(pk=case.pk).update(closed_at=closed - tasks.GIVEN_UP - timedelta(minutes=1))
    before = ProcrastinateJob.objects.filter(task_name="notice.issue").count()
    tasks.try_again(0)
    assert ProcrastinateJob.objects.filter(task_name="notice.issue").count() == before + 1
    alerts.sweep(now=closed + timedelta(days=14))
    cases.noticed(case)
    assert Alert.objects.filter(rule=late_notices.NOT_ISSUED, settled_at__isnull=False).exists()
    (unread,) = late_notices.standing_not_read()
    assert (unread.office_id, unread.due_at) == (station.pk, Timer.objects.get(rule=late_notices.NOT_READ).due_at)
    notices.read(case_id=case.pk, by=clerk)
    assert not Timer.objects.filter(case_id=case.pk).exists()
    assert [*late_notices.standing_not_issued(), *late_notices.standing_not_read()] == []


def test_another_threshold_and_another_calendar_move_what_stands(
    station: Office, clerk: Officer, leader: Officer, city_officer: Officer
) -> None:
    cases.load_catalogue()
    cases.give_seals(clerk, leader)
    cases.noticed(cases.decided(cases.handed_up(station, clerk, "0103"), leader))
    before = Timer.objects.get(rule=late_notices.NOT_READ).due_at
    terms.set_terms(rule=late_notices.NOT_READ, params={"hours": 70}, reason="十个工作日内签收", by=city_officer)
    work_off_rearming()
    later = Timer.objects.get(rule=late_notices.NOT_READ).due_at
    assert later > before
    calendar.load(publication.SHIPPED.read_bytes())
    day = before.astimezone(clock.CITY_TIME).date()
    calendar.mark_days(first=day, last=day, kind="off", reason="临时放假", by=city_officer)
    work_off_rearming()
    assert Timer.objects.get(rule=late_notices.NOT_READ).due_at > later


def work_off_rearming() -> None:
    for job in ProcrastinateJob.objects.filter(task_name="alerts.rearm", status="todo"):
        rearming.go(job.args["rule"])
