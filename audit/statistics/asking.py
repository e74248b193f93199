"""Makes the table asked for: one question to the database a date, read from the coarsest tally that knows the answer."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import BigIntegerField, Count, F, QuerySet, Sum
from django.db.models.functions import Trunc
from django.utils.translation import gettext as _

from hukou.accounts.models import Office, Officer
from hukou.kernel import clock

from . import periods, permissions, secrecy
from .answers import NOTHING, PROTECTED, TOTAL, Answer, Cell, Member, cell, quantile
from .cubes import Base, Cube, Kind, Measure, Tally
from .errors import TooFine, TooManyCells
from .questions import TIMES, Question

SHORT = 92
"""Days whose facts are counted one by one where no tally knows the answer."""
EXACT = 31
"""Days for which a median is told from the facts even where spans would do,"""
EXACT_FACTS = 200_000
"""unless there are more facts than these."""
MOST_CELLS = 20_000
MONTHLY = ("year", "quarter", "month")
Key = tuple[Hashable, Hashable]
Sums = dict[Key, Counter[tuple[str, str]]]
Spreads = dict[Key, Counter[int]]


@dataclass(frozen=True)
class Source:
    """Where numbers are read."""

    rows: QuerySet[Any]
    period: str
    tally: Tally | None
    """None: the facts themselves."""

    @property
    def name(self) -> str:
        """ "months", "days" or "facts"."""
        return "facts" if self.tally is None else "months" if self.tally.months else "days"


def ask(question: Question, by: Officer) -> Answer:
    """The table, of the offices whose figures the officer may read. Raises NotFound, TooFine, TooManyCells."""
    return answer(question, permissions.offices_asked(by, question.office), by)


def answer(question: Question, offices: Collection[Office], by: Officer | None = None) -> Answer:
    """The table of these offices and of those under them. `by`: whose choice of rows without facts is shown too."""
    sums, sources = _sums(question, offices)
    spreads, approximate = _spreads(question, offices)
    whole = _whole(question, offices)
    rows = _members(question, question.rows, {key[0] for key in (*sums, *spreads, *whole)}, by)
    columns = (
        _members(question, question.columns, {key[1] for key in (*sums, *spreads, *whole)}, None)
        if question.columns
        else (Member(NOTHING, ""),)
    )
    if len(rows) * len(columns) * len(question.measures) > MOST_CELLS:
        raise TooManyCells(most=MOST_CELLS)
    totals = _with_totals(sums), _with_totals(spreads), _with_totals(whole)
    cells = {
        (row, column): tuple(
            _cell(question.cube, measure, (row, column), totals, exact=not approximate) for measure in question.measures
        )
        for row in (*(member.key for member in rows), TOTAL)
        for column in (*(member.key for member in columns), TOTAL)
    }
    return Answer(
        question=question,
        rows=rows,
        columns=columns,
        cells=cells,
        total_row=len(rows) > 1,
        total_column=bool(question.columns) and len(columns) > 1,
        approximate=approximate,
        protected=_protected(question.cube),
        source="/".join(sorted(sources)),
    )


def facts_of(question: Question, measure: Measure, offices: Collection[Office]) -> QuerySet[Any]:
    """The facts a figure counts, the newest first; never one that is secret."""
    base = question.cube.base(measure.base)
    source = _narrowed(_facts(question, base), question, offices)
    found = source.rows if measure.drill is None else source.rows.filter(measure.drill)
    return found.order_by(f"-{base.column}", "-pk")


@dataclass(frozen=True)
class Spreading:
    """How a value is spread over all that is asked about."""

    counts: Counter[int]
    """Value, or the end of its span, → how many."""
    approximate: bool
    """Told from spans."""


def spread_of(question: Question, by: Officer) -> Spreading | None:
    """How the value of the cube is spread, whatever figures the table has. None where the cube has no such value."""
    if question.cube.spread is None:
        return None
    plain = replace(question, rows="", columns="")
    spreads, approximate = _spread_over(plain, permissions.offices_asked(by, question.office))
    total = Counter[int]()
    for counts in spreads.values():
        total.update(counts)
    return Spreading(total, approximate)


# Reading


def _sums(question: Question, offices: Collection[Office]) -> tuple[Sums, set[str]]:
    sums: Sums = defaultdict(Counter)
    names: set[str] = set()
    by_base: dict[str, set[str]] = defaultdict(set)
    for measure in question.measures:
        if measure.kind != Kind.QUANTILE:
            by_base[measure.base] |= {measure.counter, measure.below} - {""}
    for name, counters in by_base.items():
        source = _narrowed(_source(question, question.cube.base(name)), question, offices)
        names.add(source.name)
        for key, row in _grouped(
            question, source, {counter: _counted(question.cube, source, counter) for counter in counters}
        ):
            sums[key].update({(name, counter): row[f"n_{counter}"] or 0 for counter in counters})
    return sums, names


def _spreads(question: Question, offices: Collection[Office]) -> tuple[Spreads, bool]:
    if not any(measure.kind == Kind.QUANTILE for measure in question.measures):
        return {}, False
    return _spread_over(question, offices)


def _spread_over(question: Question, offices: Collection[Office]) -> tuple[Spreads, bool]:
    spread = question.cube.spread
    if spread is None:
        return {}, False
    base = question.cube.base(spread.base)
    tally = spread.tally if spread.tally and _fits(question, spread.tally) else None
    if tally is not None and question.days <= EXACT and not _many(question, tally, offices):
        tally = None
    if spread.tally and tally is None and question.days > SHORT:
        raise TooFine(days=SHORT)
    spreads: Spreads = defaultdict(Counter)
    counted: dict[str, Any]
    if tally is not None:
        source = _narrowed(_tally(question.cube, tally, None), question, offices)
        value, counted = spread.end, {"facts": Sum(F("cases"), output_field=BigIntegerField())}
    else:
        facts = _facts(question, base)
        rows = facts.rows.filter(**{f"{spread.value}__isnull": False})
        source = _narrowed(Source(rows, facts.period, None), question, offices)
        value, counted = spread.value, {"facts": Count("pk")}
    for key, row in _grouped(question, source, counted, value):
        spreads[key][row[value]] += row["n_facts"]
    return spreads, tally is not None


def _many(question: Question, tally: Tally, offices: Collection[Office]) -> bool:
    """More than are gone through one by one while somebody waits."""
    rows = _narrowed(_tally(question.cube, tally, None), question, offices).rows
    counted = rows.order_by().aggregate(n=Sum(F("cases"), output_field=BigIntegerField()))
    return (counted["n"] or 0) > EXACT_FACTS


def _whole(question: Question, offices: Collection[Office]) -> Sums:
    """What the plain numbers count besides: the blocks of what is secret."""
    whole: Sums = defaultdict(Counter)
    if question.cube.secrecy is None:
        return whole
    for base in {measure.base for measure in question.measures if measure.whole}:
        for block in secrecy.blocks(question, offices, base, today=clock.today()):
            row, column = (
                NOTHING if not axis else PROTECTED if (at := secrecy.place(axis, block, question)) is None else at
                for axis in (question.rows, question.columns)
            )
            whole[row, column][base, "whole"] += block.count
    return whole


def _source(question: Question, base: Base) -> Source:
    """The coarsest tally that knows the answer, else the facts of a short period. Raises TooFine."""
    for tally in question.cube.tallies:
        if _fits(question, tally):
            return _tally(question.cube, tally, base)
    if question.cube.tallies and question.days > SHORT:
        raise TooFine(days=SHORT)
    return _facts(question, base)


def _fits(question: Question, tally: Tally) -> bool:
    if not question.used <= tally.dimensions:
        return False
    parts = set(question.axes) & set(TIMES)
    return not tally.months or (question.whole_months and parts <= set(MONTHLY))


def _tally(cube: Cube, tally: Tally, base: Base | None) -> Source:
    rows = tally.model._default_manager.all()
    return Source(rows if base is None else rows.filter(base=base.name), tally.period, tally)


def _facts(question: Question, base: Base) -> Source:
    cube = question.cube
    return Source(cube.facts._default_manager.all() if cube.rows is None else cube.rows(), base.column, None)


def _narrowed(source: Source, question: Question, offices: Collection[Office]) -> Source:
    """The rows of a source within scope, period and filters, without what is secret."""
    cube = question.cube
    last = question.until if source.tally is None or not source.tally.months else periods.first_of_month(question.until)
    rows = source.rows.filter(
        cube.scope(offices), **{f"{source.period}__gte": question.since, f"{source.period}__lte": last}
    )
    if cube.secrecy is not None:
        rows = rows.filter(**{cube.secrecy.column: False})
    for dimension, values in question.filtered():
        rows = rows.filter(**{f"{dimension.name}__in": values})
    return Source(rows, source.period, source.tally)


def _counted(cube: Cube, source: Source, counter: str) -> Any:
    return cube.counters[counter] if source.tally is None else Sum(F(counter), output_field=BigIntegerField())


def _grouped(
    question: Question, source: Source, counters: Mapping[str, Any], *more: str
) -> Iterator[tuple[Key, dict[str, Any]]]:
    rows, columns = question.rows, question.columns
    parts = {f"part_{axis}": Trunc(source.period, axis) for axis in question.axes if axis in TIMES}
    names = {axis: f"part_{axis}" if axis in TIMES else axis for axis in question.axes}
    grouped = source.rows.annotate(**parts).order_by().values(*names.values(), *more)
    for row in grouped.annotate(**{f"n_{name}": counter for name, counter in counters.items()}):
        yield (row[names[rows]] if rows else NOTHING, row[names[columns]] if columns else NOTHING), row


# Putting together


def _with_totals(found: Mapping[Key, Counter[Any]]) -> dict[Key, Counter[Any]]:
    every: dict[Key, Counter[Any]] = defaultdict(Counter)
    for (row, column), sums in found.items():
        for key in ((row, column), (row, TOTAL), (TOTAL, column), (TOTAL, TOTAL)):
            every[key].update(sums)
    return every


def _cell(cube: Cube, measure: Measure, key: Key, totals: tuple[Any, Any, Any], *, exact: bool) -> Cell:
    sums, spreads, whole = (found.get(key, Counter()) for found in totals)
    if measure.kind == Kind.QUANTILE:
        assert cube.spread is not None
        return Cell(quantile(spreads, measure.quantile, None if exact else cube.spread.begins), sum(spreads.values()))
    plain = cell(measure, sums)
    if measure.whole and plain.value is not None:
        return Cell(plain.value + whole[measure.base, "whole"], plain.below)
    return plain


def _members(question: Question, axis: str, found: set[Hashable], by: Officer | None) -> tuple[Member, ...]:
    """Rows or columns in order; those of a part of the period, and offices of one's own, also where nothing was found."""
    protected = PROTECTED in found
    found = found - {PROTECTED}
    if axis in TIMES:
        members = [Member(day, periods.words(axis, day)) for day in periods.parts(axis, question.since, question.until)]
    else:
        dimension = question.cube.dimension(axis)
        if axis == question.cube.offices and by is not None:
            found |= permissions.keys_under(permissions.offices_asked(by, question.office), dimension.name)
        words = dimension.words(found)
        members = [Member(key, name) for key, name in words.items() if key in found]
    if protected:
        assert question.cube.secrecy is not None
        members.append(Member(PROTECTED, str(question.cube.secrecy.label), linked=False))
    return tuple(members)


def _protected(cube: Cube) -> str:
    return "" if cube.secrecy is None else str(cube.secrecy.about).format(smallest=secrecy.smallest())


def title(question: Question) -> str:
    """What the table shows, in a line."""
    labels = periods.labels()
    axes = [labels.get(axis) or str(question.cube.dimension(axis).label) for axis in question.axes]
    return _("{what} by {axes}").format(what=question.cube.label, axes=" × ".join(axes))
