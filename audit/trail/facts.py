"""What must have an event: rows of other tables that only a recorded act can have made.

Numbering notices a removed event unless the tally was turned back with it. The row the act changed is still there then,
and it has no event: the layer that owns the table says so here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import models

from .models import Event


@dataclass(frozen=True)
class Fact:
    """Every row of a query has an event of one of these actions."""

    actions: tuple[str, ...]
    rows: Callable[[], models.QuerySet[models.Model]]
    """The rows; the subject of the event is the row itself."""


_facts: list[Fact] = []
_FEW = 2_000  # rows compared at a time


def register(fact: Fact) -> None:
    """Make a fact known; call it in `AppConfig.ready()`."""
    _facts.append(fact)


def without_event() -> Iterator[tuple[str, str]]:
    """(subject, action) of every row that nobody is on record to have made."""
    for fact in _facts:
        rows = fact.rows().order_by()
        label = rows.model._meta.label_lower
        batch: list[str] = []
        for key in rows.values_list("pk", flat=True).iterator(chunk_size=_FEW):
            batch.append(f"{label}:{key}")
            if len(batch) == _FEW:
                yield from _missing(batch, fact)
                batch = []
        yield from _missing(batch, fact)


def _missing(subjects: list[str], fact: Fact) -> Iterator[tuple[str, str]]:
    found = set(
        Event.objects.filter(subject__in=subjects, action__in=fact.actions).values_list("subject", flat=True)
    ) if subjects else set()  # fmt: skip
    for subject in subjects:
        if subject not in found:
            yield subject, fact.actions[0]
