"""Due times and the job that writes them anew after an edit of the calendar."""

from __future__ import annotations

from datetime import date, timedelta

from hukou.calendar import queries as calendar_queries
from hukou.kernel import clock
from workflows.cases import budgets, reprojection
from workflows.cases.models import Case


def follow() -> None:
    """The job, batch by batch, as a worker runs it."""
    stamp = calendar_queries.stamp()
    assert stamp is not None
    after = 0
    while found := reprojection.go_on(after=after, stamp=stamp):
        after = Case.objects.filter(pk__gt=after, closed_at=None).order_by("pk")[found - 1].pk


def as_the_calendar_says(case: Case) -> bool:
    """True when the due times kept on the case are those the newest calendar gives."""
    case = Case.objects.with_context().get(pk=case.pk)
    due = budgets.dues(case, budgets.sheets_of([case])[case.pk], calendar_queries.working_time())
    return (case.due_at, case.step_due_at, case.step_soon_at) == (due.case, due.step, due.step_soon)


def weekdays_ahead(many: int) -> list[date]:
    """The next working days of which the calendar says nothing."""
    working, ruled = calendar_queries.working_time().calendar, set(calendar_queries.rules_in_force().values_list("day"))
    ahead = (clock.today() + timedelta(days=n) for n in range(1, 60))
    return [day for day in ahead if working.is_working(day) and (day,) not in ruled][:many]
