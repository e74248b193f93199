"""Counts cases anew: every fact against what the trail tells, and every tally against the facts.

Together they say that a figure is what the trail says. A case made for measuring is no act of anybody and has no events;
its facts are left out of the first half. Differences are put together by figure, office and month.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from django.db import models
from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from audit.statistics import periods
from audit.statistics.types import Difference, RecountReport
from audit.trail import following
from audit.trail.models import Event
from hukou.accounts.models import Office
from hukou.kernel import clock, numbers

from . import counting, projection, retelling, spans
from .models import Base, CaseFact, DayTally, MonthTally, Spread

BATCH = 500
NAMED = 5
"""Cases a difference names."""
Cell = tuple[str, int, date, str, str]
"""Figure, station, month, date it goes by, and what it was compared with."""


def recount(month: date | None = None) -> RecountReport:
    """Count a month, or everything there is. What the trail has told meanwhile is followed first; else nothing changes."""
    projection.keep_up()
    found = _Found()
    counted = _facts_against_trail(month, found)
    for base in Base:
        _months_against_facts(base, month, found)
        _days_against_facts(base, month, found)
    _spread_against_facts(month, found)
    months = (month,) if month is not None else tuple(_months())
    return RecountReport("cases", months, counted, found.differences())


class _Found:
    """Differences, put together."""

    def __init__(self) -> None:
        self._told: Counter[Cell] = Counter()
        self._recounted: Counter[Cell] = Counter()
        self._cases: dict[Cell, list[str]] = defaultdict(list)

    def add(self, cell: Cell, told: int, recounted: int, case: int | None = None) -> None:
        """One more; nothing happens where both say the same."""
        if told == recounted:
            return
        self._told[cell] += told
        self._recounted[cell] += recounted
        named = self._cases[cell]
        if case is not None and len(named) < NAMED:
            named.append(f"cases.case:{case}")

    def differences(self) -> tuple[Difference, ...]:
        """All of them, in order of figure, office and month."""
        codes = dict(Office.objects.values_list("pk", "code"))
        return tuple(
            Difference(
                measure=cell[0],
                office=codes.get(cell[1], ""),
                month=cell[2],
                base=cell[3],
                told=self._told[cell],
                recounted=self._recounted[cell],
                against=cell[4],
                subjects=tuple(self._cases[cell]),
            )
            for cell in sorted(self._cases, key=str)
        )


# Facts against the trail


def _facts_against_trail(month: date | None, found: _Found) -> int:
    counted, retold = 0, retelling.Retelling()
    for keys in _batches(_cases_of(month)):
        facts = {fact.pk: fact for fact in _with_number(CaseFact.objects.filter(pk__in=keys))}
        real = [key for key in keys if key not in facts or not _invented(facts[key])]
        stories = retelling.stories(real)
        told = retold.facts(stories, clock.now())
        for key in real:
            _compare(key, facts.get(key), told.get(key), found)
        counted += len(real)
    return counted


def _compare(key: int, fact: CaseFact | None, told: CaseFact | None, found: _Found) -> None:
    whose = fact or told
    if whose is None:  # opened, and neither numbered nor turned away
        return
    day = whose.accepted_on or whose.closed_on
    assert day is not None
    month, station = periods.first_of_month(day), whose.station_id
    if fact is None or told is None:
        if _moving(key):
            return
        cell = ("cases", station, month, Base.ACCEPTED.value, "trail")
        found.add(cell, int(fact is not None), int(told is not None), key)
        return
    differing = retelling.differences(fact, told)
    if differing and _moving(key):
        return
    for name, (mine, theirs) in differing.items():
        found.add((name, station, month, Base.ACCEPTED.value, "trail"), mine, theirs, key)


def _moving(key: int) -> bool:
    """Something was recorded about the case that has not been followed yet: it is counted the next time."""
    newest = Event.objects.filter(case_id=key, action__in=retelling.ACTIONS).order_by("pk").last()
    return newest is not None and not following.reached(newest.pk, projection.followed())


def _cases_of(month: date | None) -> Iterator[int]:
    """Cases with a date in the month, as the facts say or as the trail does; of all months without."""
    facts = CaseFact.objects.all()
    events = Event.objects.filter(action__in=("case.accepted", *retelling.CLOSED, "case.filed"))
    if month is not None:
        end = periods.end_of_month(month)
        dated = Q()
        for column in counting.DATES.values():
            dated |= Q(**{f"{column}__range": (month, end)})
        facts = facts.filter(dated)
        events = events.filter(at__gte=_midnight(month), at__lt=_midnight(end + timedelta(days=1)))
    keys = set(facts.values_list("pk", flat=True)) | set(events.values_list("case_id", flat=True))
    return iter(sorted(key for key in keys if key is not None))


def _with_number(facts: QuerySet[CaseFact]) -> QuerySet[CaseFact]:
    return facts.annotate(number=F("case__number"), sitting=F("case__session__reason"))


def _invented(fact: CaseFact) -> bool:
    """Made for measuring: numbered under no police unit, or turned away at a sitting that says so."""
    told: Any = fact
    return str(told.number or "").startswith(numbers.MEASURING) or (told.number is None and told.sitting == "seed_load")


def _batches(keys: Iterator[int]) -> Iterator[list[int]]:
    while batch := list(islice(keys, BATCH)):
        yield batch


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.CITY_TIME)


# Tallies against the facts


def _months_against_facts(base: Base, month: date | None, found: _Found) -> None:
    date_column = counting.DATES[base]
    facts = _in_month(CaseFact.objects.filter(**{f"{date_column}__isnull": False}), date_column, month)
    kept = MonthTally.objects.filter(base=base)
    kept = kept if month is None else kept.filter(month=month)
    fresh = counting.counted(facts.annotate(month=TruncMonth(date_column)), "month", *MonthTally.GRAIN)
    for key, told, recounted in _both(kept, fresh, ("month", *MonthTally.GRAIN), tuple(counting.COUNTERS)):
        for name in counting.COUNTERS:
            found.add((name, key[1], key[0], base.value, "facts"), told.get(name, 0), recounted.get(name, 0))


def _days_against_facts(base: Base, month: date | None, found: _Found) -> None:
    date_column = counting.DATES[base]
    facts = _in_month(CaseFact.objects.filter(**{f"{date_column}__isnull": False}), date_column, month)
    kept = _in_month(DayTally.objects.filter(base=base), "day", month)
    fresh = counting.counted(facts.annotate(day=F(date_column)), "day", *DayTally.GRAIN)
    for key, told, recounted in _both(kept, fresh, ("day", *DayTally.GRAIN), tuple(counting.COUNTERS)):
        for name in counting.COUNTERS:
            cell = (name, key[1], periods.first_of_month(key[0]), base.value, "facts")
            found.add(cell, told.get(name, 0), recounted.get(name, 0))


def _spread_against_facts(month: date | None, found: _Found) -> None:
    facts = _in_month(CaseFact.objects.filter(turnaround__isnull=False), "closed_on", month)
    kept = Spread.objects.all() if month is None else Spread.objects.filter(month=month)
    lasted = facts.annotate(month=TruncMonth("closed_on"), until=spans.until_of("turnaround")).order_by()
    grain = ("month", *Spread.GRAIN, "until")
    fresh = lasted.values(*grain).annotate(n_cases=models.Count("pk"))
    for key, told, recounted in _both(kept, fresh, grain, ("cases",)):
        cell = ("turnaround", key[1], key[0], Base.CLOSED.value, "facts")
        found.add(cell, told.get("cases", 0), recounted.get("cases", 0))


def _both(
    kept: QuerySet[Any], fresh: Any, grain: tuple[str, ...], summed: tuple[str, ...]
) -> Iterator[tuple[tuple[Any, ...], dict[str, int], dict[str, int]]]:
    """Rows of the same grain as they are kept and as they are counted now; those that agree are left out."""
    sums = {f"{counting.PREFIX}{name}": Sum(name) for name in summed}
    mine = {_key(row, grain): row for row in kept.order_by().values(*grain).annotate(**sums)}
    theirs = {_key(row, grain): row for row in fresh}
    for key in mine.keys() | theirs.keys():
        told, recounted = (
            {name: row[f"{counting.PREFIX}{name}"] for name in summed} if row else {}
            for row in (mine.get(key), theirs.get(key))
        )
        if any(told.get(name, 0) != recounted.get(name, 0) for name in summed):
            yield key, told, recounted


def _key(row: dict[str, Any], grain: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(row[name] for name in grain)


def _in_month(rows: QuerySet[Any], column: str, month: date | None) -> QuerySet[Any]:
    return rows if month is None else rows.filter(**{f"{column}__range": (month, periods.end_of_month(month))})


def _months() -> Iterator[date]:
    found = set()
    for column in counting.DATES.values():
        found |= set(
            CaseFact.objects.exclude(**{column: None}).order_by().values_list(TruncMonth(column), flat=True).distinct()
        )
    yield from sorted(month for month in found if month is not None)
