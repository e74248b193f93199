"""The alert rule: an accepted case still lacks a required material after its capture deadline."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from audit.alerts import rules

from . import folders
from .models import Case

RULE = "case.capture_overdue"
WAITING = (Case.Status.ACCEPTED, Case.Status.RETURNED, Case.Status.IN_REVIEW)


def find(now: datetime) -> Iterator[rules.Due]:
    """Cases past their capture deadline with an acceptance-stage material missing (domain.md §4.1: 内容不齐全)."""
    late = Case.objects.filter(status__in=WAITING, capture_due_at__lte=now).with_context()
    for case in late.iterator(chunk_size=200):
        missing = folders.of(case).missing_of("acceptance")
        if missing:
            yield rules.Due(
                subject=f"cases.case:{case.pk}",
                office_id=case.station_id,
                due_at=case.capture_due_at,
                rung=1,
                details={"number": case.number, "missing": [slot.spec.code for slot in missing]},
            )


def register() -> None:
    """Called once at start-up."""
    rules.register(
        rules.AlertRule(name=RULE, label=_("Required material missing after the capture deadline"), find=find)
    )
