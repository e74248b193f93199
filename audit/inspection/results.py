"""What inspections came to, counted per inspecting office, per station and per officer, each rate with its denominator.

Which day counts: a case by the day it was reviewed, a finding and an order by the day the order was issued, a duty by the
day it was due. 检查发现率 = reviewed cases with a finding ÷ reviewed cases; 整改率 = findings put right ÷ findings
sent down. Withdrawn orders and dropped findings count nowhere, nor does a case that is secret (`populations.told`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from hukou.accounts.models import Office
from hukou.kernel import clock

from .models import Finding, InspectionDuty, Order, Sample
from .populations import told


@dataclass(frozen=True)
class Rate:
    """A share that never stands without what it is a share of."""

    part: int
    of: int

    @property
    def permille(self) -> int | None:
        """Per thousand, rounded to the nearest; None where there is nothing to take a share of."""
        return (2000 * self.part + self.of) // (2 * self.of) if self.of else None


@dataclass(frozen=True)
class Counts:
    """What was counted about one station or one officer."""

    reviewed: int = 0
    with_findings: int = 0
    findings: int = 0
    """Made in the cases reviewed."""
    serious: int = 0
    """Of these, serious or grave."""
    kinds: dict[str, int] = field(default_factory=dict)
    """Kind of finding → how many."""
    ordered: int = 0
    """Findings sent down in the period."""
    rectified: int = 0
    """Of these, put right by the cut-off."""
    overdue: int = 0
    """Orders sent down in the period and unanswered past their day at the cut-off."""

    @property
    def finding_rate(self) -> Rate:
        """检查发现率."""
        return Rate(self.with_findings, self.reviewed)

    @property
    def rectification_rate(self) -> Rate:
        """整改率."""
        return Rate(self.rectified, self.ordered)


@dataclass(frozen=True)
class Discipline:
    """How an inspecting office kept its duties."""

    due: int = 0
    in_time: int = 0
    late: int = 0
    """Concluded after it was due."""
    undone: int = 0
    """Due and not concluded at the cut-off."""
    population: int = 0
    """Cases its samples were drawn from."""
    drawn: int = 0


@dataclass(frozen=True)
class Results:
    """Everything about some days and stations."""

    first: date
    last: date
    as_of: datetime
    """The cut-off: what was done later is not counted."""
    stations: dict[int, Counts]
    """By key; a station where nothing was looked at is there, with zeros."""
    officers: dict[int, Counts]
    """By key of who answers: for a case who accepted it, for a finding who was named."""
    offices: dict[int, Discipline]
    """Inspecting offices by key; those without a duty in these days are not there."""
    total: Counts


def results(first: date, last: date, offices: Collection[Office], *, as_of: datetime | None = None) -> Results:
    """Count the days from `first` to `last` (both included, city time) for the stations of `offices` and under them."""
    cut = as_of or clock.now()
    begin = datetime.combine(first, time(), clock.CITY_TIME)
    end = min(cut, datetime.combine(last, time.max, clock.CITY_TIME))
    stations = _stations(offices)
    by_station: defaultdict[int, Counter[str]] = defaultdict(Counter)
    by_officer: defaultdict[int, Counter[str]] = defaultdict(Counter)
    kinds: defaultdict[tuple[str, int], Counter[str]] = defaultdict(Counter)

    reviewed = Sample.objects.filter(told("case_id"), station__in=stations, reviewed_at__range=(begin, end)).order_by()
    for station, officer, verdict in reviewed.values_list("station_id", "officer_id", "verdict"):
        said = ["reviewed"] + (["with_findings"] if verdict == Sample.Verdict.FINDINGS else [])
        by_station[station].update(said)
        if officer is not None:
            by_officer[officer].update(said)
    found = Finding.objects.filter(sample__in=reviewed, dropped_at=None).order_by()
    for station, officer, kind, severity in found.values_list("sample__station_id", "officer_id", "kind", "severity"):
        said = ["findings"] + (["serious"] if severity >= Finding.Severity.SERIOUS else [])
        by_station[station].update(said)
        kinds["station", station][kind] += 1
        if officer is not None:
            by_officer[officer].update(said)
            kinds["officer", officer][kind] += 1
    issued = Order.objects.filter(told("sample__case_id"), station__in=stations, issued_at__range=(begin, end))
    sent = issued.exclude(state=Order.State.WITHDRAWN)
    ordered = Finding.objects.filter(order__in=sent, dropped_at=None).order_by()
    for station, officer, rectified in ordered.values_list("order__station_id", "officer_id", "rectified_at"):
        said = ["ordered"] + (["rectified"] if rectified and rectified <= cut else [])
        by_station[station].update(said)
        if officer is not None:
            by_officer[officer].update(said)
    for station, due_at in sent.filter(state=Order.State.OPEN).values_list("station_id", "due_at"):
        by_station[station]["overdue"] += due_at <= cut

    total: Counter[str] = sum(by_station.values(), Counter())
    every_kind: Counter[str] = sum((n for (what, _), n in kinds.items() if what == "station"), Counter())
    return Results(
        first=first,
        last=last,
        as_of=cut,
        stations={key: _counts(by_station[key], kinds["station", key]) for key in stations},
        officers={key: _counts(n, kinds["officer", key]) for key, n in sorted(by_officer.items())},
        offices=_discipline(begin, datetime.combine(last, time.max, clock.CITY_TIME), cut, offices),
        total=_counts(total, every_kind),
    )


def _stations(offices: Collection[Office]) -> list[int]:
    every = Office.objects.filter(level=Office.Level.STATION).select_related("parent__parent").order_by("code")
    return [station.pk for station in every if any(office.covers(station) for office in offices)]


def _counts(counted: Counter[str], kinds: Counter[str]) -> Counts:
    numbers: dict[str, Any] = dict(counted)
    return Counts(**numbers, kinds=dict(kinds))


def _discipline(begin: datetime, end: datetime, cut: datetime, offices: Collection[Office]) -> dict[int, Discipline]:
    due = InspectionDuty.objects.filter(due_at__range=(begin, end)).select_related("office__parent__parent")
    counted: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for duty in due.defer("frame").order_by():
        if not any(office.covers(duty.office) for office in offices):
            continue
        row = counted[duty.office_id]
        row["due"] += 1
        if duty.concluded_at is not None and duty.concluded_at <= cut:
            row["late" if duty.done_late else "in_time"] += 1
        elif duty.due_at <= cut:
            row["undone"] += 1
        for line in duty.tally:
            row["population"] += line["population"]
            row["drawn"] += line["drawn_key"] + line["drawn_random"]
    return {key: Discipline(**row) for key, row in counted.items()}
