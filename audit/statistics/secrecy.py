"""What is secret is counted so that no small number, and no difference of two, tells anything of a single case.

No figure counts a secret fact, but for the plain numbers of cases. These count secret facts by **blocks**: all of one
branch and one month that is over, together, and only where a block has at least `smallest()`. Blocks with
fewer are put together over the branches of the city; where that is still fewer, they are not counted at all. A block is
never broken down: where a table goes by something finer, it stands in a row or column of its own, and whatever is
narrowed by something else than branch and month has no block in it.

So every number ever shown is a number of open facts plus a sum of whole blocks. Subtracting tables from one another gives
numbers of open facts and sums of whole blocks again, and never less than a block. A month that is not over has no block,
or else a table asked for today and again tomorrow would tell of the one case that came between.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Sum

from hukou.accounts.models import Office

from . import periods
from .cubes import Cube, Tally
from .questions import TIMES, Question


def smallest() -> int:
    """The fewest secret facts that are counted together."""
    return int(settings.HUKOU_STATISTICS_SMALLEST)


@dataclass(frozen=True)
class Block:
    """Secret facts that are counted together."""

    month: date
    branch: int | None
    """None: of several branches of the city."""
    count: int


def blocks(question: Question, offices: Collection[Office], base: str, *, today: date) -> list[Block]:
    """The blocks that lie in what is asked, by one of the dates."""
    cube = question.cube
    tally = _monthly(cube)
    if tally is None or cube.secrecy is None or not _told(question, offices):
        return []
    months = [month for month in periods.months(question.since, question.until) if _lies_in(month, question, today)]
    rows = tally.model._default_manager.filter(
        cube.scope(offices), **{cube.secrecy.column: True, "base": base, f"{tally.period}__in": months}
    )
    for dimension, values in question.filtered():
        rows = rows.filter(**{f"{dimension.name}__in": values})
    found = rows.order_by().values_list(tally.period, cube.secrecy.block).annotate(count=Sum("cases"))
    by_month: dict[date, list[tuple[int, int]]] = defaultdict(list)
    for month, branch, count in found:
        by_month[month].append((branch, count))
    city = not question.filters and any(office.level == Office.Level.CITY for office in offices)
    return [block for month in sorted(by_month) for block in _of_month(month, by_month[month], city=city)]


def _of_month(month: date, counts: Collection[tuple[int, int]], *, city: bool) -> Iterator[Block]:
    left = 0
    for branch, count in sorted(counts):
        if count >= smallest():
            yield Block(month, branch, count)
        else:
            left += count
    if city and left >= smallest():
        yield Block(month, None, left)


def _told(question: Question, offices: Collection[Office]) -> bool:
    """Only what goes by whole branches has blocks: neither a station's own tables nor those narrowed by anything else."""
    assert question.cube.secrecy is not None
    if not set(question.filters) <= question.cube.secrecy.dimensions:
        return False
    return bool(offices) and all(office.level != Office.Level.STATION for office in offices)


def _lies_in(month: date, question: Question, today: date) -> bool:
    """The month lies in the period whole, and it is over."""
    end = periods.end_of_month(month)
    return question.since <= month and end <= question.until and end < today


def _monthly(cube: Cube) -> Tally | None:
    return next((tally for tally in cube.tallies if tally.months), None)


def place(axis: str, block: Block, question: Question) -> object | None:
    """Under which value of an axis a block stands; None: under none of them."""
    assert question.cube.secrecy is not None
    if axis in TIMES:
        return periods.part_of(axis, block.month) if axis in ("year", "quarter", "month") else None
    return block.branch if axis == question.cube.secrecy.block else None
