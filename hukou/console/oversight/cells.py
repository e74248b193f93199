"""Behind a cell of a table: the facts it counts, page by page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from audit.statistics import asking
from audit.statistics.cubes import Measure
from audit.statistics.questions import Question
from hukou.accounts.models import Office


@dataclass(frozen=True)
class Line:
    """Where a page ends: the next begins with what is older."""

    day: date
    key: int

    def __str__(self) -> str:
        return f"{self.day.isoformat()}/{self.key}"

    @classmethod
    def parse(cls, text: str) -> Line | None:
        """Read the text form; None for what is none."""
        day, _, key = text.partition("/")
        try:
            return cls(date.fromisoformat(day), int(key)) if key.isdecimal() else None
        except ValueError:
            return None


@dataclass(frozen=True)
class Page:
    """Facts, the newest first, and where the next page begins."""

    facts: tuple[Any, ...]
    after: Line | None
    """None on the last page."""


def drilled(
    question: Question, measure: Measure, offices: Collection[Office], *, after: Line | None, size: int
) -> Page:
    """One page of what a figure counts; never anything secret. One statement, the thousandth page like the first."""
    column = question.cube.base(measure.base).column
    facts = asking.facts_of(question, measure, offices)
    if after is not None:
        older = Q(**{f"{column}__lt": after.day}) | Q(pk__lt=after.key)
        facts = facts.filter(older, **{f"{column}__lte": after.day})
    found = list(facts[: size + 1])
    more, found = len(found) > size, found[:size]
    return Page(tuple(found), Line(getattr(found[-1], column), found[-1].pk) if more else None)
