"""A decided case whose notice cannot be made is told to the office that decided, and tried again."""

from __future__ import annotations

from datetime import timedelta

from procrastinate.contrib.django.models import ProcrastinateJob

from hukou.accounts.models import Office, Officer
from tests.support import cases
from workflows.approvals import late_notices, tasks
from workflows.cases.models import Case


def test_a_decided_case_without_a_notice_is_told_and_tried_again(
    station: Office, branch: Office, clerk: Officer, leader: Officer, branch_officer: Officer
) -> None:
    cases.load_catalogue()
    cases.give_seals(clerk, leader, branch_officer)
    case = cases.decided(cases.decided(cases.handed_up(station, clerk), leader), branch_officer)
    closed = case.closed_at
    assert closed is not None
    assert list(late_notices.find(closed)) == []
    (due,) = late_notices.find(closed + timedelta(days=14))
    assert (due.subject, due.office_id) == (f"cases.case:{case.pk}", branch.pk)
    Case.objects.filter(pk=case.pk).update(closed_at=closed - tasks.GIVEN_UP - timedelta(minutes=1))
    before = ProcrastinateJob.objects.filter(task_name="notice.issue").count()
    tasks.try_again(0)
    assert ProcrastinateJob.objects.filter(task_name="notice.issue").count() == before + 1
    cases.noticed(case)
    assert list(late_notices.find(closed + timedelta(days=14))) == []
