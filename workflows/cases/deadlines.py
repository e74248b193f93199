"""Moments in working time: when a limit ends."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from hukou.calendar import queries as calendar
from hukou.catalogue.types import SubTypeSpec
from hukou.kernel import clock
from hukou.kernel.working_time import WorkingTime


def after(moment: datetime, working_days: int, working: WorkingTime | None = None) -> datetime:
    """The same time of day `working_days` working days later. Who asks often hands in the calendar in force."""
    days = (working or calendar.working_time()).calendar
    local = moment.astimezone(clock.CITY_TIME)
    return datetime.combine(days.add(local.date(), working_days), local.timetz())


def capture_due(spec: SubTypeSpec, accepted_at: datetime) -> datetime:
    """When every acceptance paper of a case must be there."""
    return accepted_at + timedelta(hours=capture_hours(spec))


def capture_hours(spec: SubTypeSpec) -> int:
    """The sub-type's hours, and never more than the bureau allows now."""
    return min(spec.capture_due_hours, settings.HUKOU_LONGEST_DEFERRAL_HOURS)
