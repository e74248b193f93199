"""The edits of the calendar: take in what was published, mark days, declare a year complete."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models import Max

from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.kernel import clock

from . import errors, publication, queries, signals
from .models import DayRule, Edition, YearVersion
from .publication import SATURDAY, PublishedDay

YEARS = range(2000, 2100)
LONGEST_EDIT = 31
"""Days of one edit."""

# Takes the row whether it is there or not: whoever holds it in share is waited for, and whoever comes later waits.
_TAKE = """
insert into calendar_edition (id, stamp) values (1, %s)
on conflict (id) do update set stamp = calendar_edition.stamp
"""


@transaction.atomic
def load(data: bytes) -> list[int]:
    """Take in published years and return those that were new. A year the bureau has already is left as it is.

    Raises BadPublication.
    """
    published = publication.read(data)
    _take_edition()
    known = set(YearVersion.objects.filter(complete=True).values_list("year", flat=True))
    fresh = [year for year in published if year.year not in known]
    for year in fresh:
        _write(year.year, year.days, reason=year.notice, by=None, complete=True)
    return [year.year for year in fresh]


@transaction.atomic
def mark_days(*, first: date, last: date, kind: str, name: str = "", reason: str, by: Officer) -> YearVersion:
    """Say of the days from `first` to `last` that they are off, worked, or as the week says.

    Raises NotPermitted, NoSuchDay, NoSuchKind, ReasonMissing, NothingChanges.
    """
    policies.require(by, "calendar.edit")
    if kind not in DayRule.Kind.values:
        raise errors.NoSuchKind
    if first.year not in YEARS or first.year != last.year or not 0 <= (last - first).days < LONGEST_EDIT:
        raise errors.NoSuchDay
    reason = _require_reason(reason)
    _take_edition()
    now = {rule.day: (rule.kind, rule.name) for rule in queries.rules_in_force().filter(day__range=(first, last))}
    name = name.strip()[:20] if kind != DayRule.Kind.PLAIN else ""
    wanted = (_meant(first + timedelta(days=n), kind, name) for n in range((last - first).days + 1))
    days = [day for day in wanted if now.get(day.day, (DayRule.Kind.PLAIN, "")) != (day.kind, day.name)]
    if not days:
        raise errors.NothingChanges
    return _write(first.year, days, reason=reason, by=by)


@transaction.atomic
def declare_complete(*, year: int, reason: str, by: Officer) -> YearVersion:
    """Say that the published holidays of a year have all been entered; nothing is missed in December then.

    Raises NotPermitted, NoSuchDay, ReasonMissing, NothingChanges.
    """
    policies.require(by, "calendar.edit")
    if year not in YEARS:
        raise errors.NoSuchDay
    reason = _require_reason(reason)
    _take_edition()
    if queries.is_complete(year):
        raise errors.NothingChanges
    return _write(year, (), reason=reason, by=by, complete=True)


def _meant(day: date, kind: str, name: str) -> PublishedDay:
    """A weekday that is worked is nothing but a weekday."""
    plain = kind == DayRule.Kind.WORK and day.weekday() < SATURDAY
    return PublishedDay(day, DayRule.Kind.PLAIN, "") if plain else PublishedDay(day, kind, name)


def _require_reason(reason: str) -> str:
    reason = " ".join(reason.split())[:200]
    if not reason:
        raise errors.ReasonMissing
    return reason


def _take_edition() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [uuid.uuid4()])


def _write(
    year: int, days: Iterable[PublishedDay], *, reason: str, by: Officer | None, complete: bool = False
) -> YearVersion:
    newest = YearVersion.objects.filter(year=year).aggregate(newest=Max("version"))["newest"] or 0
    version = YearVersion.objects.create(
        year=year, version=newest + 1, made_by=by, made_at=clock.now(), complete=complete, reason=reason
    )
    rules = DayRule.objects.bulk_create(
        DayRule(version=version, day=day.day, kind=day.kind, name=day.name) for day in days
    )
    Edition.objects.update(stamp=uuid.uuid4())
    signals.edited.send(YearVersion, version=version, days=rules)
    return version
