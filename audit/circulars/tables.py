"""A circular as tables to be read: figures in words, beside last month's, in order. Pure: everything comes from the data.

Screen, PDF and Excel show the same `Table`s, so no two of them can differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from .sections import Better, Shape

Data = Mapping[str, Any]
UP, DOWN, SAME = "up", "down", "same"
GOOD, BAD, PLAIN = "good", "bad", ""
UNMOVED = ("+0", "+0.0", "−0.0")


@dataclass(frozen=True)
class Cell:
    """One figure of one office."""

    text: str
    """As it is read, e.g. 97.3%."""
    n: int | None
    d: int | None
    before: str = ""
    """Last month's, in the same form; "" when there is none to compare with."""
    change: str = ""
    """By how much it rose or fell, e.g. +1.2; "" when nothing can be said."""
    way: str = ""
    """up, down or same."""
    tone: str = PLAIN
    """good or bad, where one way is better than the other."""
    rank: int | None = None
    """Place among the offices of its level, 1 the best; None where nobody is ranked."""
    share: int | None = None
    """Of a rate, in thousandths: for drawing."""
    drawn: float | None = None
    """The figure as a number in the unit it is read in (per cent, working days): for charts."""
    drawn_before: float | None = None
    """Last month's."""


@dataclass(frozen=True)
class Head:
    """One column."""

    name: str
    title: str
    formula: str
    shape: str
    ranked: bool


@dataclass(frozen=True)
class Row:
    """One office."""

    code: str
    name: str
    level: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """One section."""

    name: str
    title: str
    period: str
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Difference:
    """One figure two versions do not agree on."""

    section: str
    column: str
    office: str
    before: str
    after: str


@dataclass
class _Known:
    """Figures of another circular, to be found by section, column and office."""

    values: dict[tuple[str, str, str], Mapping[str, Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, data: Data | None) -> _Known:
        known = cls()
        for section in data["sections"] if data else ():
            for row in section["rows"]:
                for name, value in row["values"].items():
                    known.values[section["name"], name, row["office"]] = value
        return known


def tables(data: Data, before: Data | None = None, *, language: str = "zh") -> list[Table]:
    """Every section of a circular; `before`: last month's as it was issued."""
    offices = {office["code"]: office for office in data["offices"]}
    known, day = _Known.of(before), data["day_minutes"]
    return [_table(section, offices, known, day, language) for section in data["sections"]]


def differences(data: Data, other: Data, *, language: str = "zh") -> list[Difference]:
    """Every figure that reads otherwise in `other`, a later version of the same month."""
    known = _Known.of(other)
    names = {office["code"]: office["short_name"] for office in (*other["offices"], *data["offices"])}
    found, seen = [], set()
    for section in data["sections"]:
        columns = {column["name"]: column for column in section["columns"]}
        for row in section["rows"]:
            for name, value in row["values"].items():
                key = (section["name"], name, row["office"])
                seen.add(key)
                after = known.values.get(key)
                if after != value:
                    column = columns[name]
                    found.append(
                        Difference(
                            section["title"][language],
                            column["title"][language],
                            names[row["office"]],
                            whole(value, column["shape"], data["day_minutes"]),
                            whole(after, column["shape"], other["day_minutes"]) if after else "—",
                        )
                    )
    return found + _added(other, known, seen, names, language)


def _added(
    other: Data, known: _Known, seen: set[tuple[str, str, str]], names: Mapping[str, str], language: str
) -> list[Difference]:
    sections = {section["name"]: section for section in other["sections"]}
    found = []
    for key in known.values.keys() - seen:
        section = sections[key[0]]
        column = next(column for column in section["columns"] if column["name"] == key[1])
        after = whole(known.values[key], column["shape"], other["day_minutes"])
        found.append(Difference(section["title"][language], column["title"][language], names[key[2]], "—", after))
    return sorted(found, key=lambda one: (one.section, one.column, one.office))


def _table(
    section: Mapping[str, Any], offices: Mapping[str, Mapping[str, Any]], known: _Known, day: int, language: str
) -> Table:
    heads = tuple(
        Head(column["name"], column["title"][language], column["formula"][language], column["shape"], column["ranked"])
        for column in section["columns"]
    )
    places = {
        column["name"]: _places(section["rows"], column, offices) for column in section["columns"] if column["ranked"]
    }
    rows = []
    for row in section["rows"]:
        office = offices[row["office"]]
        cells = tuple(
            _cell(
                column,
                row["values"][column["name"]],
                known.values.get((section["name"], column["name"], row["office"])),
                day,
                places.get(column["name"], {}).get(row["office"]),
            )
            for column in section["columns"]
        )
        rows.append(Row(row["office"], office["short_name"], office["level"], cells))
    return Table(section["name"], section["title"][language], section["period"][language], heads, tuple(rows))


def _cell(
    column: Mapping[str, Any], value: Mapping[str, Any], before: Mapping[str, Any] | None, day: int, rank: int | None
) -> Cell:
    shape, now = column["shape"], amount(value, column["shape"])
    then = amount(before, shape) if before else None
    way = tone = change = ""
    if now is not None and then is not None:
        change = _change(now - then, shape, day)
        # What rounds to nothing has not moved: an arrow beside 0.0 would say more than the figures do.
        way = SAME if change in UNMOVED else UP if now > then else DOWN
        if way != SAME and column["better"]:
            tone = GOOD if (way == UP) == (column["better"] == Better.MORE) else BAD
    share = round(1000 * now) if shape == Shape.RATE and now is not None else None
    return Cell(
        text=words(value, shape, day),
        n=value["n"],
        d=value.get("d"),
        before=words(before, shape, day) if before else "",
        change=change,
        way=way,
        tone=tone,
        rank=rank,
        share=share,
        drawn=_drawn(now, shape, day),
        drawn_before=_drawn(then, shape, day),
    )


def _drawn(come_to: Fraction | None, shape: str, day: int) -> float | None:
    if come_to is None:
        return None
    return float(100 * come_to if shape == Shape.RATE else come_to / day if shape == Shape.TIME else come_to)


def amount(value: Mapping[str, Any] | None, shape: str) -> Fraction | None:
    """What a figure comes to; None where there is nothing to divide by, or nothing to say."""
    if value is None or value["n"] is None:
        return None
    if shape in (Shape.RATE, Shape.MEAN):
        return Fraction(value["n"], value["d"]) if value["d"] else None
    return Fraction(value["n"])


def words(value: Mapping[str, Any], shape: str, day: int) -> str:
    """A figure as it is read."""
    come_to = amount(value, shape)
    if come_to is None:
        return "—"
    if shape == Shape.RATE:
        return f"{_rounded(100 * come_to, 1)}%"
    if shape == Shape.MEAN:
        return _rounded(come_to, 1)
    return _rounded(come_to / day, 1) if shape == Shape.TIME else f"{int(come_to)}"


def whole(value: Mapping[str, Any], shape: str, day: int) -> str:
    """A figure with what it was divided out of: 97.3% (36/37)."""
    read = words(value, shape, day)
    return f"{read} ({value['n']}/{value['d']})" if shape in (Shape.RATE, Shape.MEAN) else read


def _change(by: Fraction, shape: str, day: int) -> str:
    if shape == Shape.COUNT:
        return f"{int(by):+d}"
    by = 100 * by if shape == Shape.RATE else by / day if shape == Shape.TIME else by
    read = _rounded(abs(by), 1)
    return f"{'+' if by >= 0 else '−'}{read}"


def _rounded(value: Fraction, places: int) -> str:
    """Half up, as people round; never by way of a binary fraction."""
    scale = 10**places
    tenths = (2 * value * scale + 1) // 2
    return f"{tenths // scale}.{tenths % scale:0{places}d}"


def _places(
    rows: list[Mapping[str, Any]], column: Mapping[str, Any], offices: Mapping[str, Mapping[str, Any]]
) -> dict[str, int]:
    """Place of each office among those of its level; equals share a place, who has nothing to divide by has none."""
    found: dict[str, int] = {}
    best_first = column["better"] == Better.MORE
    for level in ("branch", "station"):
        valued = [
            (row["office"], come_to)
            for row in rows
            if offices[row["office"]]["level"] == level
            and (come_to := amount(row["values"][column["name"]], column["shape"])) is not None
        ]
        for office, come_to in valued:
            found[office] = 1 + sum((other > come_to) if best_first else (other < come_to) for _office, other in valued)
    return found
