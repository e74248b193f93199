"""Moments in working time: when a limit ends, and the rungs by which an overdue matter climbs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from hukou.accounts.models import Office
from hukou.calendar import queries as calendar
from hukou.catalogue.types import SubTypeSpec
from hukou.kernel import clock
from hukou.kernel.working_time import WorkingTime


@dataclass(frozen=True)
class Rung:
    """One step of an escalation."""

    number: int
    """From 1."""
    working_days: int
    """After the moment it was due."""
    level: Office.Level
    """Which office has to act: the station, or the branch above it."""


LADDER = (Rung(1, 0, Office.Level.STATION), Rung(2, 1, Office.Level.STATION), Rung(3, 3, Office.Level.BRANCH))
"""The station is told when something is due and again a working day later; after three it is the branch's (domain.md §2.4)."""


def after(moment: datetime, working_days: int, working: WorkingTime | None = None) -> datetime:
    """The same time of day `working_days` working days later. Who asks often hands in the calendar in force."""
    days = (working or calendar.working_time()).calendar
    local = moment.astimezone(clock.CITY_TIME)
    return datetime.combine(days.add(local.date(), working_days), local.timetz())


def rungs(due: datetime, now: datetime, working: WorkingTime | None = None) -> Iterator[Rung]:
    """The rungs a matter due at `due` has reached at `now`."""
    working = working or calendar.working_time()
    return (rung for rung in LADDER if after(due, rung.working_days, working) <= now)


def capture_due(spec: SubTypeSpec, accepted_at: datetime) -> datetime:
    """When every acceptance paper of a case must be there: the sub-type's hours, and never more than the bureau allows."""
    return accepted_at + timedelta(hours=min(spec.capture_due_hours, settings.HUKOU_LONGEST_DEFERRAL_HOURS))
