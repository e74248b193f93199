"""Alert rules of the time limits: a step soon due, a step late, a case late (invariant 11 of domain.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from audit.alerts import rules
from hukou.accounts.models import Office
from hukou.calendar import queries as calendar

from . import deadlines
from .models import Case

STEP_SOON, STEP_LATE, CASE_LATE = "case.step_soon", "case.step_late", "case.late"
AT_ONCE = 500


def step_soon(now: datetime) -> Iterator[rules.Due]:
    """Turns that have used four fifths of their budget, told once to the office whose turn it is."""
    for case in _past("step_soon_at", now):
        if case.step_due_at is not None and now < case.step_due_at:
            yield _due(case, _waits_at(case), case.step_soon_at)


def step_late(now: datetime) -> Iterator[rules.Due]:
    """Turns whose budget is used up, rung by rung."""
    return _late("step_due_at", now)


def case_late(now: datetime) -> Iterator[rules.Due]:
    """Cases past their limit, rung by rung, wherever they are."""
    return _late("due_at", now)


def _late(projection: str, now: datetime) -> Iterator[rules.Due]:
    """The office whose turn it is first; on the rung of the branch the office above it (`deadlines.LADDER`)."""
    working = calendar.working_time()
    for case in _past(projection, now):
        due_at = getattr(case, projection)
        for rung in deadlines.rungs(due_at, now, working):
            office = _waits_at(case)
            if rung.level != Office.Level.STATION:
                office = office.parent or office
            yield _due(case, office, due_at, rung.number)


def _past(projection: str, now: datetime) -> Iterator[Case]:
    """Only what runs has these projections: nothing suspended or closed is ever named."""
    late = Case.objects.filter(**{f"{projection}__lte": now}).select_related(
        "station__parent", "awaiting_office__parent"
    )
    return late.order_by("pk").iterator(chunk_size=AT_ONCE)


def _waits_at(case: Case) -> Office:
    return case.awaiting_office or case.station


def _due(case: Case, office: Office, due_at: datetime | None, rung: int = 1) -> rules.Due:
    assert due_at is not None  # asked for by it
    return rules.Due(
        subject=f"cases.case:{case.pk}",
        office_id=office.pk,
        due_at=due_at,
        rung=rung,
        details={"number": case.number, "level": case.level},
    )


def register() -> None:
    """Called once at start-up."""
    find: Callable[[datetime], Iterator[rules.Due]]
    for name, label, find in (
        (STEP_SOON, _("Step soon past its time limit"), step_soon),
        (STEP_LATE, _("Step past its time limit"), step_late),
        (CASE_LATE, _("Case past its time limit"), case_late),
    ):
        rules.register(rules.AlertRule(name=name, label=label, find=find))
