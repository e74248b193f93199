"""Sections of a circular: what each content is, its columns with their formulas, and who computes it.

The layer that knows the facts registers a section; the circular only asks, freezes, compares and prints. A section counts
nothing twice: a column's numerator and denominator lead back to the cases they count (`Section.cases`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise

from hukou.accounts.models import Office

from .months import Month

Words = str | Promise
CONTENTS = ("handling", "capture", "against_rules", "added", "overdue", "inspection")
"""The six contents of the city's circular, in its order: 业务办理情况, 档案采录情况, 不按规定采集上传, 补充采集上传, 超期采集上传,
抽查情况 (domain.md §4.4)."""


class Shape(StrEnum):
    """What a figure is."""

    COUNT = "count"
    """So many."""
    RATE = "rate"
    """A part of a whole: numerator ÷ denominator, shown in per cent."""
    MEAN = "mean"
    """So many for each: numerator ÷ denominator."""
    TIME = "time"
    """Working minutes, shown in working days."""


class Better(StrEnum):
    """Which way is good."""

    MORE = "more"
    LESS = "less"
    NEITHER = ""


@dataclass(frozen=True)
class Value:
    """A figure: `n`, or `n` of `d`. Whole numbers only, so that they can be frozen."""

    n: int | None
    """None: nothing to say, e.g. the median of no case."""
    d: int | None = None


@dataclass(frozen=True)
class Column:
    """One figure of a section."""

    name: str
    """Never renamed once a circular with it is frozen: next month is compared by it."""
    title: Words
    shape: Shape
    formula: Words
    """In words, numerator and denominator named; printed under every table."""
    better: Better = Better.NEITHER
    ranked: bool = False
    """Offices are put in order by it."""


Figures = Mapping[int, Mapping[str, Value]]
"""Office id → column → value."""


@dataclass(frozen=True)
class Section:
    """One content of the circular."""

    name: str
    """One of CONTENTS."""
    title: Words
    period: Words
    """By which date a case belongs to the month, in words."""
    columns: tuple[Column, ...]
    compute: Callable[[Month, Sequence[Office]], Figures]
    """The figures of these offices: a city or branch with everything under it. An office left out has only noughts."""
    cases: Callable[[Month, str, str, Office], Iterable[int] | None] | None = None
    """(month, column, "n" or "d", office) → the cases counted, as they are now; None where it counts no cases."""


_sections: dict[str, Section] = {}
_preparations: list[Callable[[], object]] = []


def register(section: Section) -> None:
    """Make a section known; call it in `AppConfig.ready()`. Raises ValueError for a strange name or one that is taken."""
    if section.name not in CONTENTS:
        raise ValueError(f"a circular has no content {section.name!r}")
    if section.name in _sections:
        raise ValueError(f"section {section.name!r} is registered already")
    _sections[section.name] = section


def registered() -> list[Section]:
    """All sections, in the order of the circular."""
    return [_sections[name] for name in CONTENTS if name in _sections]


def by_name(name: str) -> Section | None:
    """The section of that name."""
    return _sections.get(name)


def register_preparation(bring_up_to_date: Callable[[], object]) -> None:
    """Have something brought up to date before figures are frozen, e.g. what follows the trail a few seconds behind."""
    _preparations.append(bring_up_to_date)


def prepare() -> None:
    """Bring everything up to date that figures are counted from. Outside the transaction that freezes them."""
    for bring_up_to_date in _preparations:
        bring_up_to_date()
