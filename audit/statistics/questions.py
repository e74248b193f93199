"""What is asked of a cube: everything of it stands in the address, so a table can be kept, sent and asked again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import QueryDict

from hukou.accounts.models import Officer

from . import cubes, periods
from .cubes import Cube, Dimension, Measure
from .errors import BadQuestion, NoSuchCube

MOST_MEASURES = 8
TIMES = ("year", "quarter", "month", "week", "day")
"""Parts of the period a table may go by, the coarsest first."""


@dataclass(frozen=True)
class Question:
    """A table asked for. Days are city days, both included."""

    cube: Cube
    rows: str
    """A dimension or a part of the period."""
    columns: str
    """The same, or "" for none."""
    measures: tuple[Measure, ...]
    since: date
    until: date
    period: str = ""
    """The name the period was asked by: a table kept as "last month" is another one next month."""
    office: int | None = None
    """Narrowed to an office and those under it; None: all the officer may see."""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Dimension → the words of its values; any of them."""

    @property
    def axes(self) -> tuple[str, ...]:
        """What the table goes by."""
        return tuple(name for name in (self.rows, self.columns) if name)

    @property
    def used(self) -> frozenset[str]:
        """Every dimension the answer depends on; parts of the period are none."""
        return frozenset({*self.axes, *self.filters}) - set(TIMES)

    @property
    def whole_months(self) -> bool:
        """The period begins and ends with a month."""
        return self.since.day == 1 and (self.until + timedelta(days=1)).day == 1

    @property
    def days(self) -> int:
        """How long the period is."""
        return (self.until - self.since).days + 1

    def filtered(self) -> list[tuple[Dimension, tuple[object, ...]]]:
        """The filters with their values read."""
        found = []
        for name, words in self.filters.items():
            dimension = self.cube.dimension(name)
            found.append((dimension, tuple(dimension.read(word) for word in words)))
        return found

    def address(self, **changed: str | None) -> str:
        """The parameters that ask the same; `changed` replaces single ones, None leaves one out."""
        said: list[tuple[str, str]] = [("cube", self.cube.name), ("rows", self.rows)]
        if self.columns:
            said.append(("columns", self.columns))
        said += [("measure", measure.name) for measure in self.measures]
        if self.period and "since" not in changed:
            said.append(("period", self.period))
        else:
            said += [("since", self.since.isoformat()), ("until", self.until.isoformat())]
        if self.office is not None:
            said.append(("office", str(self.office)))
        said += [(f"f.{name}", word) for name, words in self.filters.items() for word in words]
        kept = [(name, word) for name, word in said if name not in changed]
        return urlencode(kept + [(name, word) for name, word in changed.items() if word is not None])

    def within(self, since: date, until: date) -> Question:
        """The same of another period."""
        return replace(self, since=since, until=until, period="")


def read(said: QueryDict, officer: Officer, *, today: date) -> Question:
    """The question an address asks. Raises NoSuchCube, BadQuestion."""
    known = cubes.registered()
    name = said.get("cube", next(iter(known), ""))
    if name not in known:
        raise NoSuchCube(cube=name)
    cube = known[name]
    if "measure" not in said:
        said = _preset(cube, said)
    try:
        return _read(cube, said, today=today)
    except (LookupError, ValueError) as error:
        raise BadQuestion from error


def _read(cube: Cube, said: QueryDict, *, today: date) -> Question:
    since, until = periods.read(said.get("period", ""), said.get("since", ""), said.get("until", ""), today=today)
    measures = tuple(cube.measure(name) for name in dict.fromkeys(said.getlist("measure")))
    rows, columns = said.get("rows", ""), said.get("columns", "")
    for axis in {rows, columns} - {""} - set(TIMES):
        cube.dimension(axis)
    filters = {name[2:]: tuple(word for word in said.getlist(name) if word) for name in said if name.startswith("f.")}
    question = Question(
        cube=cube,
        rows=rows,
        columns="" if columns == rows else columns,
        measures=measures,
        since=since,
        until=until,
        period=said.get("period", ""),
        office=int(office) if (office := said.get("office", "")) else None,
        filters={name: words for name, words in filters.items() if words},
    )
    question.filtered()
    if not rows or not measures or len(measures) > MOST_MEASURES or until < since:
        raise ValueError(said)
    return question


def _preset(cube: Cube, said: QueryDict) -> QueryDict:
    """The cube's own table, narrowed as asked."""
    filled = QueryDict(urlencode(cube.preset), mutable=True)
    for name in ("since", "until", "period", "office"):
        if word := said.get(name, ""):
            filled[name] = word
    return filled
