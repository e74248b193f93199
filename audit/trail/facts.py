"""What must have an event: rows of other tables that only a recorded act can have made.

Numbering notices a removed event unless the tally was turned back with it. The row the act changed is still there then,
and it has no event: the layer that owns the table says so here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import models
from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat

from .models import Event


@dataclass(frozen=True)
class Fact:
    """Every row of a query has an event of one of these actions."""

    actions: tuple[str, ...]
    rows: Callable[[], models.QuerySet[models.Model]]
    """The rows; the subject of the event is the row itself."""


_facts: list[Fact] = []


def register(fact: Fact) -> None:
    """Make a fact known; call it in `AppConfig.ready()`."""
    _facts.append(fact)


def without_event() -> Iterator[tuple[str, str]]:
    """(subject, action) of every row that nobody is on record to have made."""
    for fact in _facts:
        rows = fact.rows().order_by()
        name = Concat(Value(f"{rows.model._meta.label_lower}:"), Cast("pk", models.CharField()))
        event = Event.objects.filter(subject=OuterRef("trail_subject"), action__in=fact.actions)
        unrecorded = rows.annotate(trail_subject=name).filter(~Exists(event))
        for subject in unrecorded.values_list("trail_subject", flat=True).iterator():
            yield subject, fact.actions[0]
