"""The sixth content of the circular: 抽查情况, as `audit.inspection.results` counts it (domain.md §4.4).

A case counts by the day it was looked at, a finding and an order by the day the order was sent down, a duty by the day it was due.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.inspection.models import Sample
from audit.inspection.populations import told
from audit.inspection.results import Counts, Discipline, results
from hukou.accounts.models import Office
from hukou.kernel import clock

from . import sections
from .months import Month
from .sections import Better, Column, Section, Shape, Value

COLUMNS = (
    Column(
        "held",
        pgettext_lazy("circular", "Inspected in time"),
        Shape.RATE,
        _("inspections concluded by the day they were due ÷ inspections due in the month, of this office itself (the city: of all)"),
        Better.MORE,
    ),
    Column(
        "reviewed",
        pgettext_lazy("circular", "Cases inspected"),
        Shape.COUNT,
        _("cases of the office looked at in the month, by whichever office"),
    ),
    Column(
        "found",
        pgettext_lazy("circular", "With findings"),
        Shape.RATE,
        _("cases looked at in which something was found ÷ cases looked at"),
        Better.LESS,
        ranked=True,
    ),
    Column(
        "serious",
        pgettext_lazy("circular", "Grave findings"),
        Shape.COUNT,
        _("findings of the month that are serious or grave"),
        Better.LESS,
    ),
    Column(
        "rectified",
        pgettext_lazy("circular", "Put right"),
        Shape.RATE,
        _("findings put right at the cut-off ÷ findings sent down in the month"),
        Better.MORE,
        ranked=True,
    ),
    Column(
        "overdue",
        pgettext_lazy("circular", "Orders overdue"),
        Shape.COUNT,
        _("orders sent down in the month and not answered by their day, at the cut-off"),
        Better.LESS,
    ),
)  # fmt: skip


def register() -> None:
    """Called once at start-up."""
    sections.register(
        Section(
            "inspection",
            pgettext_lazy("circular", "Inspections"),
            _(
                "cases by the day they were looked at, orders by the day they were sent down; adoptions, kept secret, are left out"
            ),
            COLUMNS,
            compute=_compute,
            cases=_cases,
        )
    )


def _compute(month: Month, offices: Sequence[Office]) -> dict[int, dict[str, Value]]:
    city = [office for office in offices if office.level == Office.Level.CITY]
    found = results(month.first, month.last, city)
    return {
        office.pk: _of(_counts(office, offices, found.stations), _held(office, found.offices)) for office in offices
    }


def _counts(office: Office, offices: Sequence[Office], stations: dict[int, Counts]) -> list[Counts]:
    """What was counted about the stations of an office."""
    if office.level == Office.Level.STATION:
        return [stations[office.pk]] if office.pk in stations else []
    under = {one.pk for one in offices if office.level == Office.Level.CITY or one.parent_id == office.pk}
    return [counts for station, counts in stations.items() if station in under]


def _held(office: Office, offices: dict[int, Discipline]) -> Value:
    own = (
        offices.values() if office.level == Office.Level.CITY else [offices[office.pk]] if office.pk in offices else ()
    )
    return Value(sum(one.in_time for one in own), sum(one.due for one in own))


def _of(counted: list[Counts], held: Value) -> dict[str, Value]:
    def total(name: str) -> int:
        return sum(getattr(counts, name) for counts in counted)

    return {
        "held": held,
        "reviewed": Value(total("reviewed")),
        "found": Value(total("with_findings"), total("reviewed")),
        "serious": Value(total("serious")),
        "rectified": Value(total("rectified"), total("ordered")),
        "overdue": Value(total("overdue")),
    }


def _cases(month: Month, column: str, part: str, office: Office) -> Iterable[int] | None:
    """The cases that were looked at, or those in which something was found; the other figures count no cases."""
    if column not in ("reviewed", "found") or (part == "d" and column == "reviewed"):
        return None
    end = datetime.combine(month.last, time.max, clock.CITY_TIME)
    looked_at = Sample.objects.filter(told("case_id"), reviewed_at__range=(month.begins, end), case_id__isnull=False)
    if office.level == Office.Level.STATION:
        looked_at = looked_at.filter(station=office)
    elif office.level == Office.Level.BRANCH:
        looked_at = looked_at.filter(Q(station__parent=office))
    if column == "found" and part == "n":
        looked_at = looked_at.filter(verdict=Sample.Verdict.FINDINGS)
    return [case for case in looked_at.values_list("case_id", flat=True) if case is not None]
