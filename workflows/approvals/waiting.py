"""The queue of an officer: cases that wait for a duty they hold, what is due first coming first.

Every question is a short walk along the index `case_inbox` for each duty, answered from it alone, so a page costs the same whether ten cases
wait or ten thousand, and whatever else the city has ever filed. Pages are asked for by the case after which they
begin (`Place`), never by a number of rows to skip.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Self

from django.db.models import Count, F, Func, IntegerField, Q
from django.utils.dateparse import parse_datetime

from hukou.accounts import policies
from hukou.accounts.models import Duty, Officer
from hukou.calendar import queries as calendar
from hukou.kernel import clock, once
from hukou.kernel.working_time import WorkingTime
from workflows.cases import budgets, running_time
from workflows.cases.models import Case, CaseQuerySet

from . import deputies

SOON = timedelta(days=1)
"""Before its due time a case counts as soon due, where only the database is asked."""


@dataclass(frozen=True)
class Narrowing:
    """What an officer wants to see of their queue. Stands in addresses: codes and ids only."""

    whose: str = ""
    """"" all, "mine" those I have taken on, "free" those nobody has."""
    category: str = ""
    """Two digits of the catalogue."""
    station: str = ""
    """Id of an office."""
    step: str = ""
    """"" both, "reviews" or "decides"."""
    due: str = ""
    """"" any, "late" or "soon"."""

    @classmethod
    def read(cls, said: Mapping[str, object]) -> Self:
        """What an address says; what means nothing is left out."""
        known = {
            "whose": ("mine", "free"),
            "step": ("reviews", "decides"),
            "due": ("late", "soon"),
        }
        values = {field.name: str(said.get(field.name) or "") for field in fields(cls)}
        for name, meant in known.items():
            values[name] = values[name] if values[name] in meant else ""
        if not (values["station"].isascii() and values["station"].isdigit() and len(values["station"]) < 10):
            values["station"] = ""
        values["category"] = values["category"][:2]
        return cls(**values)

    def said(self) -> dict[str, str]:
        """For an address: only what narrows."""
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name))}


@dataclass(frozen=True, order=True)
class Place:
    """Where a case stands in the queue."""

    unbounded: bool
    """True for a case without a due time; those come last."""
    due: datetime
    pk: int

    @classmethod
    def of(cls, case: Case) -> Self:
        """The place of a waiting case."""
        return cls(case.step_due_at is None, case.step_due_at or datetime.max.replace(tzinfo=clock.CITY_TIME), case.pk)

    @classmethod
    def read(cls, said: str) -> Self | None:
        """The place an address names, or None."""
        due, _sep, pk = said.rpartition("~")
        if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
            return None
        if not due:
            return cls(True, datetime.max.replace(tzinfo=clock.CITY_TIME), int(pk))
        try:
            moment = parse_datetime(due)
        except ValueError:
            return None
        return cls(False, moment, int(pk)) if moment and moment.tzinfo else None

    def said(self) -> str:
        """For an address."""
        return f"~{self.pk}" if self.unbounded else f"{self.due.isoformat()}~{self.pk}"


@dataclass(frozen=True)
class Counts:
    """How many cases wait."""

    all: int = 0
    mine: int = 0
    late: int = 0
    soon: int = 0


@dataclass(frozen=True)
class StepTime:
    """How the time of the step a case waits at stands."""

    until: datetime
    share: float
    """Of the working time that is used; 1 at the due time, more after it."""

    @property
    def state(self) -> str:
        """ "late", "soon" or ""."""
        return "late" if self.share >= 1 else "soon" if self.share >= running_time.SOON else ""

    @property
    def tenths(self) -> int:
        """Used tenths, 0 to 10, for drawing."""
        return max(0, min(10, int(self.share * 10)))


def step_time(case: Case, now: datetime) -> StepTime:
    """How much of its time the step has used."""
    return step_times([case], now)[case.pk]


def step_times(cases: Iterable[Case], now: datetime) -> dict[int, StepTime]:
    """`step_time` of many cases, by case, with one question to the calendar. Cases come with their sub-type.

    `Case.step_due_at` is the projection of the working-time budget. A case without one gets the catalogue's promise for
    the step.
    """
    working = calendar.working_time()
    return {case.pk: _step_time(case, working, now) for case in cases}


def _step_time(case: Case, working: WorkingTime, now: datetime) -> StepTime:
    days = case.subtype.spec.limit_working_days.get(case.step, 0)
    until = case.step_due_at or working.add_days(case.awaiting_since or now, days or 1)
    return StepTime(until, budgets.share_of_step(case, until, working, now))


def lines(by: Officer) -> list[Q]:
    """What waits for each duty the officer holds today, or holds in another's stead: together their queue."""
    return once.ask(("queue", by.pk), lambda: _lines(by))


def _lines(by: Officer) -> list[Q]:
    own = [_waits_for(duty) for duty in policies.duties_of(by)]
    lent = [
        _waits_for(given.duty) & (Q(subtype__category_code__in=given.categories) if given.categories else Q())
        for given in deputies.in_force(by)
    ]
    return own + lent


def _waits_for(duty: Duty) -> Q:
    return Q(awaiting_office=duty.office_id, awaiting_role=duty.role, status=Case.Status.IN_REVIEW)


def page(by: Officer, narrowing: Narrowing, *, most: int, after: Place | None = None) -> list[Case]:
    """The first `most` cases of the queue behind `after`, in order, with what a line of the screen shows."""
    keys = _first([part for line in _queue(by, narrowing) for part in _behind(line, after)], most)
    cases = Case.objects.in_lines().order_by().in_bulk(keys)
    return [cases[key] for key in keys if key in cases]


def _queue(by: Officer, narrowing: Narrowing) -> list[CaseQuerySet]:
    return [_narrowed(Case.objects.filter(waits), by, narrowing) for waits in lines(by)]


def _behind(line: CaseQuerySet, after: Place | None) -> list[CaseQuerySet]:
    """What of a line stands behind a place. Cases without a due time stand last, so the index holds both in one walk."""
    if after is None:
        return [line]
    endless = line.filter(step_due_at__isnull=True)
    if after.unbounded:
        return [endless.filter(pk__gt=after.pk)]
    # The first condition is what the index walks from; the second cuts off the cases due at that very moment.
    return [line.filter(step_due_at__gte=after.due).exclude(step_due_at=after.due, pk__lte=after.pk), endless]


def _before(line: CaseQuerySet, here: Place) -> list[CaseQuerySet]:
    bounded = line.filter(step_due_at__isnull=False)
    if here.unbounded:
        return [line.filter(step_due_at__isnull=True, pk__lt=here.pk), bounded]
    return [bounded.filter(step_due_at__lte=here.due).exclude(step_due_at=here.due, pk__gte=here.pk)]


def _first(parts: list[CaseQuerySet], most: int, *, backwards: bool = False) -> list[int]:
    """Keys of the first `most` cases of all these together, in the order of the queue; one question.

    The keys alone first: all of it stands in the index `case_inbox`, and no wide row is fetched to be thrown away.
    """
    order = ("-step_due_at", "-pk") if backwards else ("step_due_at", "pk")
    narrow = [part.order_by(*order).values_list("step_due_at", "pk")[:most] for part in parts]
    if not narrow:
        return []
    whole = narrow[0].union(*narrow[1:]).order_by(*order)[:most] if len(narrow) > 1 else narrow[0]
    return [key for _due, key in whole]


def neighbours(by: Officer, narrowing: Narrowing, case: Case) -> tuple[int | None, int | None]:
    """The cases before and behind this one in the queue; for a case that left it, behind is the first of the queue."""
    queue = lines(by)
    if not queue or not Case.objects.filter(reduce(or_, queue), pk=case.pk).exists():
        first = page(by, narrowing, most=1)
        return None, first[0].pk if first else None
    here = Place.of(case)
    own = _queue(by, narrowing)
    before = _first([part for line in own for part in _before(line, here)], 1, backwards=True)
    behind = _first([part for line in own for part in _behind(line, here)], 1)
    return before[0] if before else None, behind[0] if behind else None


def counts(by: Officer) -> Counts:
    """How many wait, answered from the index alone."""
    return once.ask(("waiting", by.pk), lambda: _counts(by))


def _counts(by: Officer) -> Counts:
    queue = reduce(or_, lines(by), Q(pk__in=[]))
    now = clock.now()
    late, soon = Q(step_due_at__lte=now), Q(step_due_at__gt=now, step_due_at__lte=now + SOON)
    return Counts(
        **Case.objects.filter(queue)
        .order_by()
        .aggregate(
            all=Count("pk"),
            mine=Count("pk", filter=Q(claimed_by=by)),
            late=Count("pk", filter=late),
            soon=Count("pk", filter=soon),
        )
    )


def _narrowed(cases: CaseQuerySet, by: Officer, wanted: Narrowing) -> CaseQuerySet:
    now = clock.now()
    if wanted.whose == "mine":
        cases = cases.filter(claimed_by=by)
    elif wanted.whose == "free":
        cases = cases.filter(claimed_by=None)
    if wanted.category:
        cases = cases.filter(subtype__category_code=wanted.category)
    if wanted.station:
        cases = cases.filter(station=int(wanted.station))
    if wanted.due == "late":
        cases = cases.filter(step_due_at__lte=now)
    elif wanted.due == "soon":
        cases = cases.filter(step_due_at__gt=now, step_due_at__lte=now + SOON)
    if wanted.step:
        steps = Func(F("chain"), function="jsonb_array_length", output_field=IntegerField())
        cases = cases.filter(level=steps) if wanted.step == "decides" else cases.filter(level__lt=steps)
    return cases
