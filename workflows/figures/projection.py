"""Keeps facts and tallies as the business tables say: follows the trail in the order of its log.

An event that names a case has the facts of that case made anew from the tables; what changed is taken out of the tallies
and added again, and the place in the log is kept in the same transaction. So a crash loses nothing and doubles
nothing, and the same case may be done as often as one likes. One projector at a time: the row of `Followed` is held.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from audit.alerts import telling
from audit.alerts.models import Alert
from audit.trail import following
from audit.trail.models import Event
from hukou.kernel import clock
from workflows.cases.models import Case

from . import counting, reading
from .models import CaseFact, Followed

EVENTS = 2_000
"""Of the log, read together."""
CASES = 500
"""Made anew in one transaction, where many are."""
TOGETHER = "alert.raised_together"
"""An event that lists many alerts."""
QUIET = ("looks.",)
"""Subjects of events after which no figure can be another: who merely looked."""


def keep_up() -> int:
    """Follow the trail to the end of its log and let fall due what has; returns how many facts became others."""
    changed = 0
    while True:
        step, read = _follow()
        changed += step
        if read < EVENTS:
            break
    while (fallen := _fall_due()) is not None:
        changed += fallen
    return changed


@transaction.atomic
def project(keys: Collection[int]) -> int:
    """Make the facts of these cases anew; returns how many became others."""
    _hold()
    return _project(keys)


@transaction.atomic
def count(keys: Collection[int]) -> None:
    """Add facts to the tallies that were written without: those of cases made for measuring."""
    _hold()
    # One parameter, not thousands: a list of keys costs more to say than the facts to count.
    named: Any = RawSQL("select unnest(%s::bigint[])", [list(keys)])
    counting.add(CaseFact.objects.filter(pk__in=named))


@transaction.atomic
def _follow() -> tuple[int, int]:
    place = _hold()
    found = following.follow(place.leaf, most=EVENTS)
    changed = _project(set(_told_of(found.events)))
    place.leaf, place.at = found.next, clock.now()
    place.save(update_fields=["leaf", "at"])
    return changed, len(found.events)


def _told_of(events: Iterable[Event]) -> Iterator[int]:
    """The cases these events may have changed a figure of."""
    together: list[int] = []
    for event in events:
        if event.case_id is not None and not event.subject.startswith(QUIET):
            yield event.case_id
        elif event.action == TOGETHER:
            together += telling.listed_in(event.details)
    for case in Alert.objects.filter(pk__in=together).order_by().values_list("case_id", flat=True).distinct():
        if case is not None:
            yield case


@transaction.atomic
def _fall_due() -> int | None:
    """The capture deadline of some more cases has passed; None when that of no case has."""
    _hold()
    waiting = CaseFact.objects.filter(fell_due=False, capture_due_at__lte=clock.now())
    keys = list(waiting.order_by("capture_due_at").values_list("pk", flat=True)[:CASES])
    return _project(keys) if keys else None


def followed() -> int:
    """Place in the log of the next event to read."""
    row = Followed.objects.filter(pk=Followed.THE_ONE).first()
    return 0 if row is None else row.leaf


def _hold() -> Followed:
    Followed.objects.get_or_create(pk=Followed.THE_ONE)
    return Followed.objects.select_for_update().get(pk=Followed.THE_ONE)


def _project(keys: Collection[int]) -> int:
    before = CaseFact.objects.in_bulk(keys)
    fresh = [fact for fact in reading.facts_of(keys, clock.now()) if _differs(before.get(fact.pk), fact)]
    if not fresh:
        return 0
    replace(fresh)
    return len(fresh)


def replace(fresh: Collection[CaseFact]) -> None:
    """Put facts in place of those there are, in the tables and in the tallies. The caller holds `Followed`."""
    mine = CaseFact.objects.filter(pk__in=[fact.pk for fact in fresh])
    counting.add(mine, sign=-1)
    CaseFact.objects.bulk_create(
        fresh, update_conflicts=True, unique_fields=["case"], update_fields=list(COLUMNS), batch_size=1_000
    )
    counting.add(mine)


COLUMNS = tuple(field.name for field in CaseFact._meta.local_concrete_fields if not field.primary_key)


def values_of(fact: CaseFact) -> dict[str, Any]:
    """What a fact says, by the names of its columns."""
    return {field.attname: getattr(fact, field.attname) for field in CaseFact._meta.local_concrete_fields}


def _differs(before: CaseFact | None, fact: CaseFact) -> bool:
    return before is None or values_of(before) != values_of(fact)


# Making anew what there is


def rebuild_tallies() -> None:
    """Count every fact into empty tallies."""
    with transaction.atomic():
        _hold()
        counting.clear()
        counting.add(CaseFact.objects.all())


def tally_anew(month: date) -> None:
    """Count the facts of a month into tallies emptied of it."""
    with transaction.atomic():
        _hold()
        counting.clear(month)
        counting.add(CaseFact.objects.all(), month=month)


def project_all(keys: Any) -> int:
    """Make the facts of many cases anew, batch by batch; `keys`: a query of them, in order."""
    return sum(project(batch) for batch in _batched(keys))


def reconcile(since: date | None = None) -> int:
    """Make the facts of every case anew that was touched since; of all without. Returns how many became others."""
    return project_all(_touched(since).order_by("pk").values_list("pk", flat=True))


def forgotten() -> QuerySet[Case]:
    """Cases that are counted and have no fact."""
    return Case.objects.filter(reading.countable(), fact=None)


def rework(*, year: int, after: int) -> int | None:
    """The next batch of cases whose time was counted over days of `year`: the last of them, None when done."""
    over = CaseFact.objects.filter(
        closed_on__gte=date(year, 1, 1), accepted_on__lte=date(year, 12, 31), pk__gt=after
    ).order_by("pk")
    keys = list(over.values_list("pk", flat=True)[:CASES])
    project(keys)
    return keys[-1] if keys else None


def _touched(since: date | None) -> QuerySet[Case]:
    cases = Case.objects.filter(reading.countable())
    if since is not None:
        lately = Q(closed_at__date__gte=since) | Q(filed_at__date__gte=since) | Q(accepted_at__date__gte=since)
        cases = cases.filter(lately | ~Q(status__in=("filed", "withdrawn", "not_accepted")))
    return cases


def _batched(keys: Any) -> Iterator[list[int]]:
    waiting = keys.iterator(chunk_size=CASES)
    while batch := list(islice(waiting, CASES)):
        yield batch
