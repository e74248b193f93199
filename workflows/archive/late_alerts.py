"""Alert rules about late capture: that a filed case was added to, and that one was opened and left lying."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from audit.alerts import rules
from hukou.accounts.models import Office
from hukou.calendar import queries as calendar
from hukou.kernel.working_time import WorkingTime
from workflows.cases import deadlines

from . import manifests
from .models import ArchiveVersion, LateCapture

CONCLUDED = "archive.late_capture"
LEFT_OPEN = "archive.late_capture_open"
LOOK_BACK = timedelta(days=30)
"""How far back a sweep looks: an alert is raised once, so nothing older can be news."""


def find_concluded(now: datetime) -> Iterator[rules.Due]:
    """Cases that were added to after filing (domain.md §4.1: 补充采集); the branch looks into each."""
    made = ArchiveVersion.objects.filter(number__gt=1, made_at__gt=now - LOOK_BACK, made_at__lte=now)
    new = list(made.select_related("record__case__station__parent__parent"))
    every = ArchiveVersion.objects.filter(record__in={version.record_id for version in new})
    known = {(version.record_id, version.number): version for version in every}
    for version in new:
        case = version.record.case
        added, taken_out = manifests.changes(version, known[version.record_id, version.number - 1])
        yield rules.Due(
            subject=f"cases.case:{case.pk}",
            office_id=case.station.at_level(Office.Level.BRANCH).pk,
            due_at=version.made_at,
            details={
                "number": case.number,
                "version": version.number,
                "added": len(added),
                "taken_out": len(taken_out),
            },
        )


def find_left_open(now: datetime) -> Iterator[rules.Due]:
    """Late captures neither concluded nor abandoned in time, rung by rung (`deadlines.LADDER`)."""
    working = calendar.working_time()
    still_open = LateCapture.objects.filter(ended_at=None, session__opened_at__lte=now)
    found = still_open.select_related("session", "record__case__station__parent__parent")
    for begun in found.iterator(chunk_size=500):
        case, due = begun.record.case, due_of(begun, working)
        for rung in deadlines.rungs(due, now, working):
            yield rules.Due(
                subject=f"cases.case:{case.pk}",
                office_id=case.station.at_level(rung.level).pk,
                due_at=due,
                rung=rung.number,
                details={"number": case.number, "late_capture": begun.pk},
            )


def due_of(begun: LateCapture, working: WorkingTime | None = None) -> datetime:
    """By when an open late capture has to be concluded or abandoned."""
    return deadlines.after(begun.session.opened_at, settings.HUKOU_LATE_CAPTURE_DAYS, working)


def register() -> None:
    """Called once at start-up."""
    rules.register(rules.AlertRule(name=CONCLUDED, label=_("A filed case was added to"), find=find_concluded))
    rules.register(rules.AlertRule(name=LEFT_OPEN, label=_("A late capture was not concluded"), find=find_left_open))
