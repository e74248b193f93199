"""Two cubes: cases looked at, and what was found in them (检查发现率, 整改率), by the days `results` goes by.

A case has many findings and a finding one kind, so each is a cube of its own: no case is counted twice, and no share has a
denominator it cannot have. Adoptions are in neither (`populations.told`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

from django.db import models
from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.statistics import cubes, offices
from audit.statistics.cubes import Base, Dimension, Kind, Measure, Unit, Words
from hukou.accounts.models import Office, Officer
from hukou.kernel import clock

from .models import Finding, Sample
from .populations import told

REVIEWED, SENT = "reviewed", "sent"
LOOKED_AT = _("cases looked at in the period, adoptions left out")
SENT_DOWN = _("findings sent down in the period, adoptions left out; those of withdrawn orders are none")
BY_REVIEWS = _("events “case reviewed in an inspection” with their verdict")
BY_FINDINGS = _("events “finding noted” without “finding dropped”, of the cases reviewed")
BY_ORDERS = _("events “rectification order sent down”, “answered”, “sent back”, “accepted” and “withdrawn”")
WITH_FINDINGS = Q(verdict=Sample.Verdict.FINDINGS)
SERIOUS = Q(severity__gte=Finding.Severity.SERIOUS)
PUT_RIGHT = Q(rectified_at__isnull=False)
IN_TIME = Q(rectified_at__isnull=False, order__round=1, order__answered_at__lte=F("order__due_at"))


def samples() -> models.QuerySet[Any]:
    """Cases that were looked at, with the day, the branch and who inspected."""
    return Sample.objects.filter(told("case_id"), reviewed_at__isnull=False).annotate(
        reviewed_on=TruncDate("reviewed_at", tzinfo=clock.CITY_TIME),
        branch=F("station__parent_id"),
        inspector=F("duty__office_id"),
    )


def findings() -> models.QuerySet[Any]:
    """Findings in force, with the days of the look and of the order, and the offices of their case."""
    found = Finding.objects.filter(told("sample__case_id"), dropped_at=None, sample__reviewed_at__isnull=False)
    return found.annotate(
        reviewed_on=TruncDate("sample__reviewed_at", tzinfo=clock.CITY_TIME),
        sent_on=TruncDate("order__issued_at", tzinfo=clock.CITY_TIME),
        station=F("sample__station_id"),
        branch=F("sample__station__parent_id"),
        inspector=F("sample__duty__office_id"),
        stratum=F("sample__stratum"),
        case_id=F("sample__case_id"),
    )


def _chosen(choices: Collection[tuple[Any, Any]], values: Collection[Any]) -> Mapping[Any, str]:
    return {value: str(words) for value, words in choices if value in values}


def _choice(name: str, label: Words, choices: Collection[tuple[Any, Any]], read: Callable[[str], Any]) -> Dimension:
    def every(_by: Officer) -> Mapping[Any, str]:
        return {value: str(words) for value, words in choices}

    return Dimension(name, label, partial(_chosen, choices), every, read)


INSPECTOR = offices.dimension("inspector", _("Inspecting office"), Office.Level.BRANCH, Office.Level.CITY)
STRATUM = _choice("stratum", _("How it was drawn"), Sample.Stratum.choices, str)
KIND = _choice("kind", _("Kind of finding"), Finding.Kind.choices, str)
SEVERITY = _choice("severity", _("Severity"), Finding.Severity.choices, int)
BY_LOOK = Base(REVIEWED, _("by the day of the look"), "reviewed_on")

INSPECTED = cubes.Cube(
    name="inspected",
    label=_("Cases inspected"),
    unit=pgettext_lazy("unit", "cases"),
    facts=Sample,
    rows=samples,
    case="case_id",
    bases=(BY_LOOK,),
    dimensions=(offices.STATION, offices.BRANCH, INSPECTOR, STRATUM),
    counters={"cases": Count("pk"), "with_findings": Count("pk", filter=WITH_FINDINGS)},
    measures=(
        Measure("looked_at", _("Cases looked at"), REVIEWED, Kind.COUNT, Unit.NUMBER, "cases", LOOKED_AT, recount=BY_REVIEWS),
        Measure("with_findings", _("Cases with findings"), REVIEWED, Kind.COUNT, Unit.NUMBER, "with_findings", _("of them, with the verdict “with findings”"), drill=WITH_FINDINGS, recount=BY_REVIEWS),
        Measure("found_share", pgettext_lazy("figure", "Finding rate"), REVIEWED, Kind.SHARE, Unit.PERCENT, "with_findings", _("cases with findings ÷ cases looked at"), LOOKED_AT, below="cases", drill=WITH_FINDINGS, drilled=_("cases with findings"), recount=BY_REVIEWS),
    ),
    scope=offices.scope,
    offices="station",
    preset=(("rows", "station"), ("measure", "looked_at"), ("measure", "with_findings"), ("measure", "found_share")),
)  # fmt: skip

FINDINGS = cubes.Cube(
    name="findings",
    label=_("Findings of inspections"),
    unit=pgettext_lazy("unit", "findings"),
    facts=Finding,
    rows=findings,
    case="case_id",
    bases=(BY_LOOK, Base(SENT, _("by the day the order was sent down"), "sent_on")),
    dimensions=(offices.STATION, offices.BRANCH, INSPECTOR, KIND, SEVERITY, STRATUM),
    counters={
        "findings": Count("pk"),
        "serious": Count("pk", filter=SERIOUS),
        "rectified": Count("pk", filter=PUT_RIGHT),
        "in_time": Count("pk", filter=IN_TIME),
    },
    measures=(
        Measure("findings", _("Findings"), REVIEWED, Kind.COUNT, Unit.NUMBER, "findings", _("findings in the cases looked at in the period, adoptions left out; dropped ones are none"), recount=BY_FINDINGS),
        Measure("serious", _("Serious findings"), REVIEWED, Kind.COUNT, Unit.NUMBER, "serious", _("of them, serious or grave"), drill=SERIOUS, recount=BY_FINDINGS),
        Measure("sent_down", _("Findings sent down"), SENT, Kind.COUNT, Unit.NUMBER, "findings", SENT_DOWN, recount=BY_ORDERS),
        Measure("rectified", pgettext_lazy("figure", "Put right"), SENT, Kind.COUNT, Unit.NUMBER, "rectified", _("of them, put right as of now: the answer was accepted"), drill=PUT_RIGHT, recount=BY_ORDERS),
        Measure("rectified_share", pgettext_lazy("figure", "Rectification rate"), SENT, Kind.SHARE, Unit.PERCENT, "rectified", _("findings put right ÷ findings sent down"), SENT_DOWN, below="findings", drill=~PUT_RIGHT, drilled=_("findings sent down and not put right"), recount=BY_ORDERS),
        Measure("in_time", pgettext_lazy("figure", "Put right in time"), SENT, Kind.COUNT, Unit.NUMBER, "in_time", _("findings put right with the first answer, given by its day"), drill=IN_TIME, recount=BY_ORDERS),
        Measure("in_time_share", pgettext_lazy("figure", "Put right in time, share"), SENT, Kind.SHARE, Unit.PERCENT, "in_time", _("findings put right with the first answer, given by its day ÷ findings sent down"), SENT_DOWN, below="findings", drill=~IN_TIME, drilled=_("findings sent down and not put right in time"), recount=BY_ORDERS),
    ),
    scope=offices.scope,
    offices="station",
    preset=(("rows", "kind"), ("measure", "findings"), ("measure", "serious"), ("measure", "rectified_share"), ("measure", "in_time_share")),
)  # fmt: skip


def register() -> None:
    """Called once at start-up."""
    cubes.register(INSPECTED)
    cubes.register(FINDINGS)
