"""The cube of cases, as the statistics ask it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.statistics import cubes, offices

from . import counting, dimensions, measures, spans
from . import recount as recounting
from .models import Base, CaseFact, DayTally, MonthTally, Spread

IN_TALLIES = frozenset(dimension.name for dimension in dimensions.ALL)

CASES = cubes.Cube(
    name="cases",
    label=_("Cases"),
    unit=pgettext_lazy("unit", "cases"),
    facts=CaseFact,
    case="case_id",
    bases=tuple(cubes.Base(base.value, base.label, counting.DATES[base]) for base in Base),
    dimensions=dimensions.ALL,
    counters=counting.COUNTERS,
    measures=measures.ALL,
    scope=offices.scope,
    offices="station",
    tallies=(
        cubes.Tally(MonthTally, "month", months=True, dimensions=IN_TALLIES),
        cubes.Tally(DayTally, "day", months=False, dimensions=frozenset({"station", "branch"})),
    ),
    spread=cubes.Spread(
        base=Base.CLOSED.value,
        value="turnaround",
        label=_("How long decisions took"),
        unit=_("cases, by hours of working time"),
        facts=_("the facts of each case, from the trail"),
        tally=cubes.Tally(Spread, "month", months=True, dimensions=IN_TALLIES),
        end="until",
        begins=spans.begins,
    ),
    secrecy=cubes.Secrecy(
        column="secret",
        block="branch",
        label=_("Adoptions, not broken down"),
        about=_(
            "Adoptions may be kept secret. They are counted only in plain numbers of cases, never in shares, times or lists; only all "
            "of a branch and a past month together, and only where these are at least {smallest}, else with the other branches. "
            "Fewer are not counted."
        ),
        dimensions=frozenset({"branch"}),
    ),
    recount=recounting.recount,
    place=0,
    preset=(
        ("rows", "station"),
        *(("measure", name) for name in ("accepted", "closed", "on_time_share", "returned_share", "turnaround_median")),
    ),
)
