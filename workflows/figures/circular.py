"""The five contents of the circular that are counted from facts: 业务办理, 档案采录, 不按规定, 补充采集, 超期采集 (domain.md §4.4).

Every figure is a counter of `counting`, so that the circular, the statistics and the recount mean the same thing by it.
Capture goes by the date of acceptance, decisions by that of closing, what came after filing by that of filing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db.models import Aggregate, Count, F, FloatField, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.circulars import sections
from audit.circulars.months import Month
from audit.circulars.sections import Better, Column, Section, Shape, Value, Words
from hukou.accounts.models import Office

from . import projection
from .counting import COUNTERS, DATES
from .models import Base, CaseFact

BY_DATE: dict[str, Words] = {
    Base.ACCEPTED: _("cases by the date of acceptance; adoptions, kept secret, are left out"),
    Base.CLOSED: _("cases by the date of closing, where nothing else is said; adoptions, kept secret, are left out"),
    Base.FILED: _("cases by the date of filing; adoptions, kept secret, are left out"),
}
SUMMED: dict[str, Q] = {
    "pages": Q(pages__gt=0),
    "pages_late": Q(pages_late__gt=0),
    "pages_against": Q(pages_doubtful__gt=0) | Q(pages_forced__gt=0) | Q(pages_plain__gt=0),
    "returns": Q(returns__gt=0),
    "turnaround_sum": Q(turnaround__isnull=False),
    "versions_sum": Q(versions__gt=0),
}
"""Counter that adds something up → the cases it adds it up of."""


class _Percentile(Aggregate):
    """The working minutes a share of the decided cases needed no more than."""

    output_field = FloatField()
    template = "percentile_cont(%(share)s) within group (order by %(expressions)s)"
    allows_composite_expressions = False


OWN: dict[str, tuple[Any, Q]] = {
    "median": (_Percentile("turnaround", share=0.5), Q(turnaround__isnull=False)),
    "ninth": (_Percentile("turnaround", share=0.9), Q(turnaround__isnull=False)),
    "in_time": (Count("pk", filter=Q(turnaround__isnull=False, late=False)), Q(turnaround__isnull=False, late=False)),
    "uncaptured": (
        Count("pk", filter=Q(fell_due=True, first_page_at=None)),
        Q(fell_due=True, first_page_at=None),
    ),
    "due_late": (
        Count("pk", filter=Q(fell_due=True) & (Q(complete_at=None) | Q(complete_at__gt=F("capture_due_at")))),
        Q(fell_due=True) & (Q(complete_at=None) | Q(complete_at__gt=F("capture_due_at"))),
    ),
    "doubtful": (Count("pk", filter=Q(pages_doubtful__gt=0)), Q(pages_doubtful__gt=0)),
    "forced": (Count("pk", filter=Q(pages_forced__gt=0)), Q(pages_forced__gt=0)),
    "plain": (Count("pk", filter=Q(pages_plain__gt=0)), Q(pages_plain__gt=0)),
}
"""What is counted here only: name → (expression, the cases it is about)."""


@dataclass(frozen=True)
class Figure:
    """A column and the counters behind it."""

    column: Column
    n: str
    d: str = ""
    base: str = ""
    """Where it goes by another date than its section."""


@dataclass(frozen=True)
class Content:
    """A section made of figures."""

    name: str
    title: Words
    base: str
    figures: tuple[Figure, ...] = field(default_factory=tuple)

    def date_of(self, figure: Figure) -> str:
        """The day by which the cases of a figure belong to the month."""
        return DATES[Base(figure.base or self.base)]


def _count(
    name: str, title: Words, n: str, formula: Words, *, base: str = "", better: Better = Better.NEITHER
) -> Figure:
    return Figure(Column(name, title, Shape.COUNT, formula, better), n, base=base)


def _rate(name: str, title: Words, n: str, d: str, formula: Words, *, better: Better, ranked: bool = False) -> Figure:
    return Figure(Column(name, title, Shape.RATE, formula, better, ranked), n, d)


def _time(name: str, title: Words, n: str, formula: Words, *, ranked: bool = False) -> Figure:
    return Figure(Column(name, title, Shape.TIME, formula, Better.LESS, ranked), n)


HANDLING = Content(
    "handling",
    pgettext_lazy("circular", "Business handled"),
    Base.CLOSED,
    (
        _count("accepted", pgettext_lazy("circular", "Accepted"), "cases", _("cases accepted in the month, by the date of acceptance"), base=Base.ACCEPTED),
        _count("approved", pgettext_lazy("circular", "Granted"), "approved", _("cases approved in the month")),
        _count("refused", pgettext_lazy("circular", "Refused"), "refused", _("cases refused in the month")),
        _rate("in_time", pgettext_lazy("circular", "Decided in time"), "in_time", "decided", _("cases decided within their budget of working days ÷ cases decided (approved or refused)"), better=Better.MORE, ranked=True),
        _rate("returned", pgettext_lazy("circular", "Returned"), "returned_cases", "cases", _("closed cases that were returned at least once ÷ cases closed (approved, refused or withdrawn)"), better=Better.LESS),
        _time("median", pgettext_lazy("circular", "Median time"), "median", _("working days from acceptance to decision that half of the cases decided needed no more than, pauses left out"), ranked=True),
        _time("ninth", pgettext_lazy("circular", "90th percentile"), "ninth", _("working days that nine of ten cases decided needed no more than, pauses left out")),
        Figure(Column("mean", pgettext_lazy("circular", "Mean time"), Shape.TIME, _("working days from acceptance to decision ÷ cases decided, pauses left out"), Better.LESS), "turnaround_sum", "decided"),
    ),
)  # fmt: skip
CAPTURE = Content(
    "capture",
    pgettext_lazy("circular", "Files captured"),
    Base.ACCEPTED,
    (
        _rate("captured", pgettext_lazy("circular", "Capture rate"), "captured", "cases", _("cases with at least one page ÷ cases accepted"), better=Better.MORE, ranked=True),
        _rate("complete", pgettext_lazy("circular", "Completeness rate"), "due_complete", "due", _("cases whose acceptance papers were all there at the cut-off ÷ cases whose capture deadline has passed"), better=Better.MORE, ranked=True),
        _rate("on_time", pgettext_lazy("circular", "On-time rate"), "due_on_time", "due", _("cases whose acceptance papers were all there by the deadline ÷ cases whose capture deadline has passed"), better=Better.MORE, ranked=True),
        _count("pages", pgettext_lazy("circular", "Pages"), "pages", _("pages that lie in the slots of the cases accepted")),
        Figure(Column("pages_each", pgettext_lazy("circular", "Pages a case"), Shape.MEAN, _("pages ÷ cases with at least one page")), "pages", "captured"),
    ),
)  # fmt: skip
AGAINST_RULES = Content(
    "against_rules",
    pgettext_lazy("circular", "Captured against the rules"),
    Base.ACCEPTED,
    (
        _count("doubtful", pgettext_lazy("circular", "Quality in doubt"), "doubtful", _("cases with a page kept although the quality check doubted it"), better=Better.LESS),
        _count("forced", pgettext_lazy("circular", "Quality refused"), "forced", _("cases with a page kept on a leader's word although the quality check refused it"), better=Better.LESS),
        _count("plain", pgettext_lazy("circular", "File, no camera"), "plain", _("cases with a page from a plain file instead of the camera"), better=Better.LESS),
        _rate("against", pgettext_lazy("circular", "Against the rules"), "against_cases", "captured", _("cases with a page of one of the three kinds ÷ cases with at least one page"), better=Better.LESS, ranked=True),
        _rate("pages_against", pgettext_lazy("circular", "Of the pages"), "pages_against", "pages", _("pages of the three kinds (a page of two kinds counts twice) ÷ pages"), better=Better.LESS),
    ),
)  # fmt: skip
ADDED = Content(
    "added",
    pgettext_lazy("circular", "Added after filing"),
    Base.FILED,
    (
        _count("filed", pgettext_lazy("circular", "Filed"), "cases", _("cases filed in the month")),
        _rate("added", pgettext_lazy("circular", "Added to"), "added_cases", "cases", _("cases to which a page was added after filing ÷ cases filed"), better=Better.LESS, ranked=True),
        _count("versions", pgettext_lazy("circular", "Times added"), "versions_sum", _("late captures concluded on the cases filed"), better=Better.LESS),
    ),
)  # fmt: skip
OVERDUE = Content(
    "overdue",
    pgettext_lazy("circular", "Captured late"),
    Base.ACCEPTED,
    (
        _count("due", pgettext_lazy("circular", "Due"), "due", _("cases whose capture deadline has passed")),
        _rate("late", pgettext_lazy("circular", "Late"), "due_late", "due", _("cases whose acceptance papers were not all there by the deadline ÷ cases whose capture deadline has passed"), better=Better.LESS, ranked=True),
        _rate("uncaptured", pgettext_lazy("circular", "Nothing captured"), "uncaptured", "due", _("cases past the deadline without any page ÷ cases whose capture deadline has passed"), better=Better.LESS),
        _count("late_cases", pgettext_lazy("circular", "With late pages"), "late_page_cases", _("cases with a page laid in after the deadline and before filing"), better=Better.LESS),
        _count("pages_late", pgettext_lazy("circular", "Late pages"), "pages_late", _("pages laid in after the deadline and before filing"), better=Better.LESS),
    ),
)  # fmt: skip
CONTENTS = (HANDLING, CAPTURE, AGAINST_RULES, ADDED, OVERDUE)


def register() -> None:
    """Called once at start-up."""
    sections.register_preparation(projection.keep_up)
    for content in CONTENTS:
        sections.register(
            Section(
                content.name,
                content.title,
                BY_DATE[content.base],
                tuple(figure.column for figure in content.figures),
                compute=partial(_compute, content),
                cases=partial(_cases, content),
            )
        )


def _compute(content: Content, month: Month, offices: Sequence[Office]) -> dict[int, dict[str, Value]]:
    found: dict[int, dict[str, Value]] = {office.pk: {} for office in offices}
    for date in dict.fromkeys(content.date_of(figure) for figure in content.figures):
        figures = [figure for figure in content.figures if content.date_of(figure) == date]
        wanted = dict.fromkeys(name for figure in figures for name in (figure.n, figure.d) if name)
        sums = {f"n_{name}": _expression(name) for name in wanted}
        facts = _of_month(month, date).order_by()
        cities = [office.pk for office in offices if office.level == Office.Level.CITY]
        rows = [(pk, facts.aggregate(**sums)) for pk in cities]
        for grain in ("branch", "station"):
            rows += [(row[grain], row) for row in facts.values(grain).annotate(**sums)]
        for office, row in rows:
            if office in found:
                found[office] |= {figure.column.name: _value(figure, row) for figure in figures}
    return found


def _value(figure: Figure, row: dict[str, Any]) -> Value:
    n = row[f"n_{figure.n}"]
    if figure.column.shape == Shape.TIME:
        if figure.d:  # a mean
            below = row[f"n_{figure.d}"]
            n = n / below if below else None
        return Value(None if n is None else round(n))
    return Value(int(n), int(row[f"n_{figure.d}"]) if figure.d else None)


def _cases(content: Content, month: Month, column: str, part: str, office: Office) -> Iterable[int] | None:
    """The cases behind a figure, newest first."""
    figure = next((one for one in content.figures if one.column.name == column), None)
    if figure is None or (part == "d" and not figure.d) or part not in ("n", "d"):
        return None
    facts = _of_month(month, content.date_of(figure)).filter(_where(figure.d if part == "d" else figure.n))
    if office.level != Office.Level.CITY:
        facts = facts.filter(**{office.level: office})
    return facts.order_by("-case").values_list("case", flat=True)


def _of_month(month: Month, date: str) -> QuerySet[CaseFact]:
    # A request that was turned away was never a case; the circular counts what was accepted. What is secret stays out:
    # beside the tables of statistics its figures would tell of a single adoption (`audit.statistics.secrecy`).
    return CaseFact.objects.filter(
        **{f"{date}__range": (month.first, month.last)}, accepted_on__isnull=False, secret=False
    )


def _expression(name: str) -> Any:
    return OWN[name][0] if name in OWN else COUNTERS[name]


def _where(name: str) -> Q:
    if name in OWN:
        return OWN[name][1]
    return SUMMED[name] if name in SUMMED else COUNTERS[name].filter or Q()
