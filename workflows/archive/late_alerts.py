"""Alert rules about late capture: that a filed case was added to, and that one was opened and left lying."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from audit.alerts import actions as alerts
from audit.alerts import rules, terms
from audit.alerts.rules import Kind
from hukou.calendar import queries as calendar
from hukou.kernel.working_time import WorkingTime
from workflows.cases import deadlines
from workflows.cases.models import Case
from workflows.cases.page_alerts import BRANCH_FIRST

from .models import ArchiveVersion, LateCapture

CONCLUDED = "archive.late_capture"
LEFT_OPEN = "archive.late_capture_open"


def begun(late: LateCapture, case: Case) -> None:
    """A filed case was opened again: it is to be concluded, or left be, in time."""
    alerts.arm(
        LEFT_OPEN,
        f"cases.case:{case.pk}",
        office_id=case.station_id,
        due_at=due_of(late),
        details={"number": case.number, "late_capture": late.pk},
    )


def ended(case: Case) -> None:
    """It was concluded or abandoned."""
    alerts.disarm(LEFT_OPEN, f"cases.case:{case.pk}")


def concluded(version: ArchiveVersion, case: Case, *, added: int, taken_out: int) -> None:
    """A filed case was added to (domain.md §4.1: 补充采集); the branch looks into each."""
    alerts.tell(
        CONCLUDED,
        f"cases.case:{case.pk}",
        office_id=case.station_id,
        details={"number": case.number, "version": version.number, "added": added, "taken_out": taken_out},
    )


def standing_left_open() -> Iterator[rules.Due]:
    """Every late capture under way."""
    working = calendar.working_time()
    still_open = LateCapture.objects.filter(ended_at=None).select_related("session", "record__case")
    for late in still_open.iterator(chunk_size=500):
        case = late.record.case
        yield rules.Due(
            subject=f"cases.case:{case.pk}",
            office_id=case.station_id,
            due_at=due_of(late, working),
            details={"number": case.number, "late_capture": late.pk},
        )


def due_of(late: LateCapture, working: WorkingTime | None = None) -> datetime:
    """By when an open late capture has to be concluded or abandoned."""
    return deadlines.after(late.session.opened_at, terms.of(LEFT_OPEN).params["days"], working)


def register() -> None:
    """Called once at start-up."""
    rules.register(
        rules.AlertRule(
            CONCLUDED,
            label=_("A filed case was added to"),
            about=_("Pages were added to a filed case, or taken out of it: a new version of it was made."),
            kind=Kind.ADDED,
            ladder=BRANCH_FIRST,
        )
    )
    rules.register(
        rules.AlertRule(
            LEFT_OPEN,
            label=_("A late capture was not concluded"),
            about=_("A filed case was opened for more pages {days} working days ago and left open."),
            kind=Kind.LATE,
            params={"days": settings.HUKOU_LATE_CAPTURE_DAYS},
            standing=standing_left_open,
        )
    )
