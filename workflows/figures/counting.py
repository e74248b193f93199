"""What is counted of a fact, and how facts are added to the tallies and taken out of them again.

A counter is one expression over facts. The same expression fills the tallies, counts short periods from the facts
themselves and checks one against the other, so there is one meaning of every figure.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection, models
from django.db.models import Count, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, TruncMonth

from audit.statistics import periods

from . import spans
from .models import Base, CaseFact, DayTally, MonthTally, Spread
from .tallies import Counters

AGAINST = Q(pages_doubtful__gt=0) | Q(pages_forced__gt=0) | Q(pages_plain__gt=0)
Outcome = CaseFact.Outcome


def _number(where: Q) -> Count:
    return Count("pk", filter=where)


def _sum(column: Any) -> Coalesce:
    return Coalesce(Sum(column, output_field=models.BigIntegerField()), Value(0), output_field=models.BigIntegerField())


COUNTERS: dict[str, Any] = {
    "cases": Count("pk"),
    "key_cases": _number(Q(key_business=True)),
    "spot_cases": _number(Q(on_the_spot=True)),
    "deferred_cases": _number(Q(deferred=True)),
    "captured": _number(Q(first_page_at__isnull=False)),
    "due": _number(Q(fell_due=True)),
    "due_complete": _number(Q(fell_due=True, complete_at__isnull=False)),
    "due_on_time": _number(Q(fell_due=True, complete_at__lte=F("capture_due_at"))),
    "pages": _sum("pages"),
    "pages_late": _sum("pages_late"),
    "late_page_cases": _number(Q(pages_late__gt=0)),
    "pages_against": _sum(F("pages_doubtful") + F("pages_forced") + F("pages_plain")),
    "against_cases": _number(AGAINST),
    "returned_cases": _number(Q(returns__gt=0)),
    "returns": _sum("returns"),
    "asked_cases": _number(Q(investigations__gt=0) | Q(cosigns__gt=0) | Q(public_notices__gt=0)),
    "approved": _number(Q(outcome=Outcome.APPROVED)),
    "refused": _number(Q(outcome=Outcome.REFUSED)),
    "withdrawn": _number(Q(outcome=Outcome.WITHDRAWN)),
    "turned_away": _number(Q(outcome=Outcome.NOT_ACCEPTED)),
    "late_cases": _number(Q(late=True)),
    "decided": _number(Q(turnaround__isnull=False)),
    "turnaround_sum": _sum("turnaround"),
    "suspended_cases": _number(Q(suspended__gt=0)),
    "suspended_sum": _sum("suspended"),
    "added_cases": _number(Q(versions__gt=0)),
    "versions_sum": _sum("versions"),
    "alerted_cases": _number(Q(alerts__gt=0)),
    "alerts_sum": _sum("alerts"),
}
"""Name of a column of `tallies.Counters` → what is counted over facts."""

DATES = {Base.ACCEPTED: "accepted_on", Base.CLOSED: "closed_on", Base.FILED: "filed_on"}
"""The day of a fact by which it belongs to a period."""
PREFIX = "n_"
"""Before the name of a counter, where a fact has a column of the same name."""


def counted(facts: QuerySet[Any], *grain: str) -> Any:
    """All counters over facts, grouped; a counter's name comes with PREFIX."""
    sums = {f"{PREFIX}{name}": counter for name, counter in COUNTERS.items()}
    return facts.order_by().values(*grain).annotate(**sums)


def add(facts: QuerySet[CaseFact], *, sign: int = 1, month: date | None = None) -> None:
    """Count facts into every tally; `sign=-1` takes them out again; `month`: only into tallies of that month.

    Only one projector at a time (`projection`).
    """
    for base, column in DATES.items():
        dated = facts.filter(**({f"{column}__isnull": False} if month is None else within(column, month)))
        monthly = counted(dated.annotate(month=TruncMonth(column)), "month", *MonthTally.GRAIN)
        _merge(MonthTally, ("month", *MonthTally.GRAIN), monthly, sign=sign, base=base)
        daily = counted(dated, column, *DayTally.GRAIN)
        _merge(DayTally, ("day", *DayTally.GRAIN), daily, sign=sign, base=base)
    lasted = facts.filter(turnaround__isnull=False).annotate(month=TruncMonth("closed_on"))
    if month is not None:
        lasted = lasted.filter(**within("closed_on", month))
    lasted = lasted.annotate(until=spans.until_of("turnaround")).order_by()
    spread = lasted.values("month", *Spread.GRAIN, "until").annotate(n_cases=Count("pk"))
    _merge(Spread, ("month", *Spread.GRAIN, "until"), spread, sign=sign)


def within(column: str, month: date) -> dict[str, Any]:
    """The condition that a day lies in a month."""
    return {f"{column}__range": (month, periods.end_of_month(month))}


def clear(month: date | None = None) -> None:
    """Empty every tally, of a month or altogether."""
    if month is not None:
        MonthTally.objects.filter(month=month).delete()
        Spread.objects.filter(month=month).delete()
        DayTally.objects.filter(**within("day", month)).delete()
        return
    with connection.cursor() as cursor:
        for model in (MonthTally, DayTally, Spread):
            cursor.execute(f"truncate {model._meta.db_table}")


def columns_of(model: type[models.Model]) -> tuple[str, ...]:
    """The columns of a tally that are summed."""
    if issubclass(model, Counters):
        return tuple(COUNTERS)
    return ("cases",)


def _merge(
    model: type[models.Model],
    grain: tuple[str, ...],
    rows: Any,
    *,
    sign: int,
    base: str | None = None,
) -> None:
    """Add counted rows to a tally: to the row of the same grain, or as a new one."""
    meta, summed = model._meta, columns_of(model)
    columns = {field.name: str(field.column) for field in meta.local_concrete_fields}
    names = [columns[name] for name in (*grain, *summed)]
    signed = [f"{'-' if sign < 0 else ''}fresh.{name}" for name in summed]
    keys = [f"fresh.{name}" for name in names[: len(grain)]]
    fixed = {"base": base} if base is not None else {}
    sql, params = rows.query.sql_with_params()
    (unique,) = (constraint.name for constraint in meta.constraints)
    # Names of our own tables and columns, and a statement Django wrote; values are parameters.
    sums = ", ".join(f"{name} = tally.{name} + excluded.{name}" for name in summed)
    statement = (
        f"insert into {meta.db_table} as tally ({', '.join([*fixed, *names])})"  # noqa: S608 - the names of our own columns
        f" select {', '.join([*('%s' for _value in fixed), *keys, *signed])} from ({sql}) as fresh ({', '.join(names)})"
        f" on conflict on constraint {unique} do update set {sums}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*fixed.values(), *params])
