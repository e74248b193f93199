"""The alert rule: an accepted case still lacks a required material after its capture deadline."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from django.utils.translation import gettext_lazy as _

from audit.alerts import rules
from hukou.calendar import queries as calendar
from hukou.kernel.working_time import WorkingTime

from . import deadlines, folders
from .models import Case

RULE = "case.capture_overdue"
WAITING = (Case.Status.ACCEPTED, Case.Status.RETURNED, Case.Status.IN_REVIEW, Case.Status.SUSPENDED)
AT_ONCE = 200
"""Cases whose folders are read together."""


def find(now: datetime) -> Iterator[rules.Due]:
    """Cases past their capture deadline with an acceptance-stage material missing (domain.md §4.1: 内容不齐全).

    One alert for each rung reached (`deadlines.LADDER`), to the office that has to act.
    """
    working = calendar.working_time()
    late = Case.objects.filter(status__in=WAITING, capture_due_at__lte=now).with_context()
    waiting = late.order_by("pk").iterator(chunk_size=AT_ONCE)
    while cases := list(islice(waiting, AT_ONCE)):
        folder_of = folders.of_each(cases)
        for case in cases:
            missing = folder_of[case.pk].missing_of("acceptance")
            if missing and case.capture_due_at is not None:
                yield from _alerts(case, case.capture_due_at, [slot.spec.code for slot in missing], now, working)


def _alerts(case: Case, due: datetime, missing: list[str], now: datetime, working: WorkingTime) -> Iterator[rules.Due]:
    for rung in deadlines.rungs(due, now, working):
        yield rules.Due(
            subject=f"cases.case:{case.pk}",
            office_id=case.station.at_level(rung.level).pk,
            due_at=due,
            rung=rung.number,
            details={"number": case.number, "missing": missing, "deferred": bool(case.deferred_reason)},
        )


def register() -> None:
    """Called once at start-up."""
    rules.register(
        rules.AlertRule(name=RULE, label=_("Required material missing after the capture deadline"), find=find)
    )
