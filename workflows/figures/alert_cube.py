"""The cube of alerts: what was raised, how far it climbed, what is still open, by rule, kind, office and month.

Alerts about adoptions are left out altogether: beside the figures of cases they would tell what those keep to themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from django.db import models
from django.db.models import Case, CharField, Count, F, Q, Value, When
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from audit.alerts import rules
from audit.alerts.models import Alert
from audit.statistics import cubes, offices
from audit.statistics.cubes import Dimension, Kind, Measure, Unit
from hukou.accounts.models import Office
from hukou.kernel import clock
from workflows.cases import searching

from . import alert_recount

RAISED = "raised"
BY_EVENTS = gettext_lazy("events “alert raised”, “alerts raised together” and “alert closed”")
BY_TIME = gettext_lazy("from “alert raised” to “alert closed” in working time, by the calendar in force")
ALERTS_RAISED = gettext_lazy("alerts raised in the period, every rung")
ALERTS_CLOSED = gettext_lazy("of them, those closed with a record as of now; what is still open is in no time")


def alerts() -> models.QuerySet[Any]:
    """Alerts with the day they were raised, the station and branch concerned, and the kind of their rule."""
    kinds = [When(rule=rule.name, then=Value(rule.kind.value)) for rule in rules.registered().values() if rule.kind]
    level, key = "concerned__level", F("concerned_id")
    return (
        Alert.objects.filter(~searching.of_secret_case("case_id"))
        .order_by()
        .annotate(
            raised_on=TruncDate("raised_at", tzinfo=clock.CITY_TIME),
            station=Case(When(**{level: Office.Level.STATION}, then=key)),
            branch=Case(
                When(**{level: Office.Level.STATION}, then=F("concerned__parent_id")),
                When(**{level: Office.Level.BRANCH}, then=key),
            ),
            kind=Case(*kinds, default=Value(""), output_field=CharField()),
        )
    )


def _or_above(dimension: Dimension) -> Dimension:
    """The offices of a dimension, and what concerns none of its level."""

    def words(keys: Collection[Any]) -> Mapping[Any, str]:
        return {**dimension.words([key for key in keys if key is not None]), None: _("offices above")}

    return replace(dimension, words=words)


def _rules(names: Collection[Any]) -> Mapping[Any, str]:
    return {name: rules.label_of(name) for name in sorted(names)}


def _kinds(names: Collection[Any]) -> Mapping[Any, str]:
    return {**{kind.value: kind.label for kind in rules.Kind}, "": _("other")}


def _rungs(numbers: Collection[Any]) -> Mapping[Any, str]:
    return {number: str(number) for number in sorted(numbers)}


def _count(name: str, label: Any, counter: str, formula: Any, drill: Q | None = None) -> Measure:
    return Measure(name, label, RAISED, Kind.COUNT, Unit.NUMBER, counter, formula, drill=drill, recount=BY_EVENTS)


def _share(name: str, label: Any, counter: str, formula: Any, *, drill: Q, drilled: Any) -> Measure:
    return Measure(
        *(name, label, RAISED, Kind.SHARE, Unit.PERCENT, counter, formula, ALERTS_RAISED),
        below="alerts",
        drill=drill,
        drilled=drilled,
        recount=BY_EVENTS,
    )


def _lasting(name: str, label: Any, share: float, formula: Any) -> Measure:
    return Measure(
        *(name, label, RAISED, Kind.QUANTILE, Unit.WORKING_TIME, "", formula, ALERTS_CLOSED),
        quantile=share,
        drill=Q(closed_at__isnull=False),
        drilled=ALERTS_CLOSED,
        recount=BY_TIME,
    )


ALERTS = cubes.Cube(
    name="alerts",
    label=gettext_lazy("Alerts"),
    unit=gettext_lazy("alerts"),
    facts=Alert,
    rows=alerts,
    bases=(cubes.Base(RAISED, gettext_lazy("by the date of raising"), "raised_on"),),
    dimensions=(
        _or_above(offices.STATION),
        _or_above(offices.BRANCH),
        Dimension(
            "kind", gettext_lazy("Kind of alert"), _kinds, lambda _by: {k.value: k.label for k in rules.Kind}
        ),
        Dimension("rule", gettext_lazy("Rule"), _rules, lambda _by: _rules(list(rules.registered()))),
        Dimension("rung", gettext_lazy("Rung"), _rungs, None, int),
    ),
    counters={
        "alerts": Count("pk"),
        "climbed": Count("pk", filter=Q(rung__gt=1)),
        "settled": Count("pk", filter=Q(settled_at__isnull=False) | Q(closed_at__isnull=False)),
        "closed": Count("pk", filter=Q(closed_at__isnull=False)),
        "open": Count("pk", filter=Q(closed_at=None)),
    },
    measures=(
        _count("raised", gettext_lazy("Alerts raised"), "alerts", ALERTS_RAISED),
        _count("climbed", gettext_lazy("Raised above the first rung"), "climbed", gettext_lazy("of them, on rung 2 and up"), Q(rung__gt=1)),
        _count("open", gettext_lazy("Still open"), "open", gettext_lazy("of them, without a closing record as of now"), Q(closed_at=None)),
        _share("settled_share", pgettext_lazy("figure", "Settled"), "settled", gettext_lazy("alerts whose fact is over, or that are closed ÷ alerts raised"), drill=Q(settled_at=None, closed_at=None), drilled=gettext_lazy("alerts whose fact still stands")),
        _share("closed_share", gettext_lazy("Closed with a record"), "closed", gettext_lazy("alerts closed with a record ÷ alerts raised"), drill=Q(closed_at=None), drilled=gettext_lazy("alerts without a closing record")),
        _lasting("closing_median", gettext_lazy("Median time to closing"), 0.5, gettext_lazy("half of the alerts closed needed no more working time from raising to closing")),
        _lasting("closing_p90", gettext_lazy("90th percentile of time to closing"), 0.9, gettext_lazy("nine of ten alerts closed needed no more working time from raising to closing")),
    ),
    spread=cubes.Spread(
        base=RAISED,
        value="handled",
        label=gettext_lazy("How long alerts were open"),
        unit=gettext_lazy("alerts, by hours of working time"),
        facts=gettext_lazy("every alert, compared with the trail at night"),
    ),
    recount=alert_recount.recount,
    scope=offices.scope,
    offices="station",
    preset=(("rows", "station"), ("measure", "raised"), ("measure", "climbed"), ("measure", "open"), ("measure", "closed_share"), ("measure", "closing_median")),
)  # fmt: skip
