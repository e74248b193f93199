"""A table made: what it goes by, its cells and totals, and what must be said under it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from .cubes import Kind, Measure
from .questions import Question

TOTAL = "∑"
"""Key of the row and the column of totals."""
PROTECTED = "…"
"""Key of the row and the column of what is counted in no single one (`secrecy`)."""
NOTHING = "·"
"""Key of the one column of a table that has none."""


@dataclass(frozen=True)
class Member:
    """One row or column."""

    key: Hashable
    """The value of the dimension, the first day of a part of the period, TOTAL, PROTECTED or NOTHING."""
    words: str
    linked: bool = True
    """Its cells can be drilled down to what they count."""


@dataclass(frozen=True)
class Cell:
    """One figure."""

    value: float | None
    """None where nothing stands below the line."""
    below: int | None = None
    """What stands below the line; None for a count."""


@dataclass(frozen=True)
class Answer:
    """A table."""

    question: Question
    rows: tuple[Member, ...]
    columns: tuple[Member, ...]
    cells: Mapping[tuple[Hashable, Hashable], tuple[Cell, ...]]
    """(row, column) → a cell for each measure, in their order; rows and columns of totals too."""
    total_row: bool
    total_column: bool
    approximate: bool
    """Medians and percentiles were told from spans."""
    protected: str
    """What was done for secrecy, in words; "" where the cube has no secrets."""
    source: str
    """ "months", "days" or "facts": where the numbers were read."""

    def cell(self, row: Member, column: Member, place: int) -> Cell:
        """The cell of the measure at `place`."""
        return self.cells[row.key, column.key][place]

    @property
    def all_rows(self) -> tuple[Member, ...]:
        """The rows with that of the totals."""
        return (*self.rows, Member(TOTAL, "")) if self.total_row else self.rows

    @property
    def all_columns(self) -> tuple[Member, ...]:
        """The columns with that of the totals."""
        return (*self.columns, Member(TOTAL, "")) if self.total_column else self.columns


def cell(measure: Measure, sums: Mapping[tuple[str, str], int]) -> Cell:
    """The figure of a measure from the sums of counters by (base, counter); not of a quantile."""
    above = sums.get((measure.base, measure.counter), 0)
    if measure.kind == Kind.COUNT:
        return Cell(float(above))
    below = sums.get((measure.base, measure.below), 0)
    if not below:
        return Cell(None, 0)
    return Cell(above * (100.0 if measure.kind == Kind.SHARE else 1.0) / below, below)


def quantile(spread: Mapping[int, int], share: float, begins: Any = None) -> float | None:
    """The value below which a share of all lies, from value → how many.

    With `begins` the values are ends of spans, and it is reckoned where in its span the value lies.
    """
    rank = share * sum(spread.values())
    if rank <= 0:
        return None
    passed = 0
    for value in sorted(spread):
        passed += spread[value]
        if passed >= rank:
            if begins is None:
                return float(value)
            begin = begins(value)
            return float(begin + (value - begin) * (rank - passed + spread[value]) / spread[value])
    raise ValueError("shares are at most one")
