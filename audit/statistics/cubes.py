"""Cubes: what can be counted, by what, and how (统计口径). The layer that knows the facts registers its cube.

A cube has **facts** (a row for each thing counted), **dimensions** (columns by which facts are told apart), and **measures**
(what is counted, with formula and denominator in words). Measures are made of **counters**: numbers that may be added up.
Where a cube keeps **tallies**, its counters are columns there and a table is read instead of counted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from django.db import models
from django.utils.functional import Promise

from hukou.accounts.models import Office, Officer

from .types import RecountReport

Words = str | Promise


class Kind(StrEnum):
    """What a measure is made of its counters."""

    COUNT = "count"
    """A sum."""
    SHARE = "share"
    """One sum by another, in percent."""
    MEAN = "mean"
    """One sum by another, as it is."""
    QUANTILE = "quantile"
    """Not made of sums: read from how a value is spread (`Cube.spread`)."""


class Unit(StrEnum):
    """How the number of a measure is written."""

    NUMBER = "number"
    PERCENT = "percent"
    PER_CASE = "per_case"
    WORKING_TIME = "working_time"
    """Working minutes, written in hours."""


@dataclass(frozen=True)
class Dimension:
    """Something facts are told apart by; a column of facts and tallies of the same name."""

    name: str
    label: Words
    words: Callable[[Collection[Any]], Mapping[Any, str]]
    """The words of values in the current language, in the order they are to be shown."""
    choices: Callable[[Officer], Mapping[Any, str]] | None = None
    """What a filter offers; None: it cannot be filtered by."""
    read: Callable[[str], Any] = str
    """The value a word in an address stands for. Raises ValueError."""


@dataclass(frozen=True)
class Measure:
    """One figure, with what it means in words: they are printed wherever the figure is."""

    name: str
    label: Words
    base: str
    """The date by which its facts belong to a period; a name of `Cube.bases`."""
    kind: Kind
    unit: Unit
    counter: str
    """What is counted; of a share or mean what stands above the line; of a quantile ""."""
    formula: Words
    denominator: Words = ""
    below: str = ""
    """The counter below the line."""
    quantile: float = 0.0
    whole: bool = False
    """A plain number of cases that may also count what is secret, where `secrecy` lets it."""
    recount: Words = ""
    """How it is counted anew from the trail."""
    drill: models.Q | None = None
    """Which of the facts of a cell are listed under it; None: all."""
    drilled: Words = ""
    """What is listed, where that is not what is counted: under a rate of what is right, those that are not."""


@dataclass(frozen=True)
class Base:
    """A date by which facts belong to a period."""

    name: str
    label: Words
    column: str
    """Of the facts: a city day."""


@dataclass(frozen=True)
class Tally:
    """A table of counters already summed."""

    model: type[models.Model]
    period: str
    """Its column with the day, or the first day of the month."""
    months: bool
    """True: a row is a month."""
    dimensions: frozenset[str]


@dataclass(frozen=True)
class Spread:
    """How a value is spread: facts by it, and its tally by spans."""

    base: str
    value: str
    """Column of the facts: working minutes."""
    label: Words
    """What is spread, e.g. "How long decisions took"."""
    unit: Words
    """What is counted by what, e.g. "cases, by hours of working time"."""
    facts: Words
    """Where it is read without a tally."""
    tally: Tally | None = None
    """None: the facts themselves are counted, however long the period is."""
    end: str = ""
    """Column of the tally: the end of the span."""
    begins: Callable[[int], int] | None = None
    """Where the span with this end begins."""


@dataclass(frozen=True)
class Secrecy:
    """Facts that must not be told from small numbers; see `secrecy`."""

    column: str
    block: str
    """The dimension of which the facts of a whole month are counted together."""
    label: Words
    about: Words
    """The rule in words, with {smallest}."""
    dimensions: frozenset[str] = frozenset()
    """Dimensions of offices no finer than the block."""


@dataclass(frozen=True)
class Cube:
    """Something that can be counted."""

    name: str
    label: Words
    unit: Words
    """What one fact is, e.g. "cases"."""
    facts: type[models.Model]
    bases: tuple[Base, ...]
    dimensions: tuple[Dimension, ...]
    counters: Mapping[str, Any]
    """Name → expression over facts; a column of every tally of the same name."""
    measures: tuple[Measure, ...]
    scope: Callable[[Collection[Office]], models.Q]
    """The facts of these offices and of those under them, said in columns that facts and tallies share."""
    rows: Callable[[], models.QuerySet[Any]] | None = None
    """The facts, where not every row of the model is one or a day has to be made of a moment."""
    case: str = ""
    """The column of the facts with the case listed under a figure; "": none is."""
    offices: str = ""
    """The dimension whose values are offices, by which a table is narrowed to an office's own."""
    tallies: tuple[Tally, ...] = ()
    spread: Spread | None = None
    secrecy: Secrecy | None = None
    recount: Callable[[date | None], RecountReport] | None = None
    """Count a month, or everything, from the trail and compare."""
    place: int = 1
    """Where it is offered; the one with the smallest is asked where none is named."""
    preset: tuple[tuple[str, str], ...] = ()
    """The table shown to who has asked for none: parameters of its address."""

    def base(self, name: str) -> Base:
        """The date of that name. Raises LookupError."""
        return _named(self.bases, name)

    def dimension(self, name: str) -> Dimension:
        """The dimension of that name. Raises LookupError."""
        return _named(self.dimensions, name)

    def measure(self, name: str) -> Measure:
        """The measure of that name. Raises LookupError."""
        return _named(self.measures, name)


Named = TypeVar("Named", Base, Dimension, Measure)


def _named(things: tuple[Named, ...], name: str) -> Named:
    for thing in things:
        if thing.name == name:
            return thing
    raise LookupError(name)


_cubes: dict[str, Cube] = {}


def register(cube: Cube) -> None:
    """Make a cube known; call it in `AppConfig.ready()`. Raises ValueError for a name taken or a counter unknown."""
    if cube.name in _cubes:
        raise ValueError(f"cube {cube.name!r} is registered already")
    for measure in cube.measures:
        used = {measure.counter, measure.below} - {""}
        if not used <= set(cube.counters):
            raise ValueError(f"measure {measure.name!r} counts {used - set(cube.counters)}, which the cube does not")
        cube.base(measure.base)
    _cubes[cube.name] = cube


def registered() -> dict[str, Cube]:
    """All cubes by name, in the order of their places; of one place as they were registered."""
    return dict(sorted(_cubes.items(), key=lambda pair: pair[1].place))
