"""Questions about the calendar. `working_time` is what everything that counts working time asks."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from hukou.kernel.working_days import WorkingCalendar
from hukou.kernel.working_time import OfficeHours, WorkingTime

from .models import DayRule, Edition, YearVersion

DECEMBER = 12
"""The State Council publishes a year's holidays in the autumn before; whoever lacks them in December has missed it."""


class _Kept:
    """The calendar of one edition, so that it is put together once per process and edit."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.edition: tuple[UUID | None, str] | None = None
        self.working = WorkingTime()

    def of(self, edition: tuple[UUID | None, str]) -> WorkingTime:
        """The working time of `edition`, read anew when it is another than the one kept."""
        with self.lock:
            if self.edition != edition:
                stamp, hours = edition
                calendar = working_calendar() if stamp else WorkingCalendar()
                self.working, self.edition = WorkingTime(calendar, OfficeHours.parse(hours)), edition
            return self.working


_kept = _Kept()


def working_time(*, hold: bool = False) -> WorkingTime:
    """The city's working time as the calendar in force and the office hours say. One small query.

    With `hold` nobody edits the calendar until the running transaction ends: for whoever writes what follows from
    it. Before any year is loaded the plain week holds.
    """
    rows: Iterable[Edition] = Edition.objects.filter(pk=Edition.THE_ONE)
    if hold:
        # A locked row is read anew after the wait, so an edit that has just ended is not missed.
        rows = Edition.objects.raw("select id, stamp from calendar_edition where id = 1 for share")
    stamp = next((edition.stamp for edition in rows), None)
    return _kept.of((stamp, settings.HUKOU_OFFICE_HOURS))


def stamp() -> UUID | None:
    """What the edition in force is known by; None before any year is loaded."""
    return Edition.objects.filter(pk=Edition.THE_ONE).values_list("stamp", flat=True).first()


def rules_in_force() -> QuerySet[DayRule]:
    """The newest word about every day that was ever named, by day."""
    return DayRule.objects.order_by("day", "-version_id").distinct("day")


def working_calendar() -> WorkingCalendar:
    """Which days are worked, read from the tables."""
    days: dict[str, set[date]] = {kind: set() for kind in DayRule.Kind.values}
    for day, kind in rules_in_force().values_list("day", "kind"):
        days[kind].add(day)
    return WorkingCalendar(frozenset(days[DayRule.Kind.OFF]), frozenset(days[DayRule.Kind.WORK]))


def is_complete(year: int) -> bool:
    """True when the published holidays of `year` have been taken in."""
    return YearVersion.objects.filter(year=year, complete=True).exists()


def year_missing(today: date) -> int | None:
    """The next year, when it is December and its holidays have not been taken in; this year when even they are not."""
    return next((year for year in years_needed(today) if not is_complete(year)), None)


def years_needed(today: date) -> list[int]:
    """The years whose published holidays should have been taken in by `today`."""
    return [today.year, today.year + 1] if today.month == DECEMBER else [today.year]


def history(year: int) -> QuerySet[YearVersion]:
    """Every edit of a year with its days, the newest first."""
    return YearVersion.objects.filter(year=year).select_related("made_by").prefetch_related("days").order_by("-version")
