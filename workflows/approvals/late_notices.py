"""Decided cases whose notice could not be made: raised as an alert, and tried again by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from audit.alerts import rules
from hukou.calendar import queries as calendar
from workflows.cases.models import Case, CaseQuerySet

from .models import Decision

NOT_ISSUED = "notice.not_issued"
DECIDED = (Case.Status.APPROVED, Case.Status.REFUSED)


def without_notice(before: datetime) -> CaseQuerySet:
    """Cases decided before that moment that still have no notice."""
    return Case.objects.filter(status__in=DECIDED, closed_at__lt=before, notice=None)


def find(now: datetime) -> Iterator[rules.Due]:
    """One alert to the office that decided, `HUKOU_SEAL_MINUTES` of working time after the last seal was on."""
    working, allowed = calendar.working_time(), timedelta(minutes=settings.HUKOU_SEAL_MINUTES)
    late = without_notice(now).values_list("pk", "number", "closed_at")
    offices = dict(
        Decision.objects.filter(case__in=without_notice(now), voided_at=None)
        .order_by("level")
        .values_list("case", "office")
    )
    for pk, number, closed_at in late:
        if closed_at is None or pk not in offices:
            continue
        due = working.add(closed_at, allowed)
        if due <= now:
            yield rules.Due(subject=f"cases.case:{pk}", office_id=offices[pk], due_at=due, details={"number": number})


def register() -> None:
    """Called once at start-up."""
    rules.register(rules.AlertRule(name=NOT_ISSUED, label=_("A decided case has no notice yet"), find=find))
