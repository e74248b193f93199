"""What a case itself says was done, so that the trail must have an event of it."""

from __future__ import annotations

from django.db.models import QuerySet

from audit.trail.facts import Fact
from audit.trail.facts import register as register_fact

from .models import Case


def _accepted() -> QuerySet[Case]:
    return Case.objects.exclude(accepted_at=None)


def _filed() -> QuerySet[Case]:
    return Case.objects.exclude(filed_at=None)


def register() -> None:
    """Called once at start-up."""
    register_fact(Fact(("case.opened",), Case.objects.all))
    register_fact(Fact(("case.accepted",), _accepted))
    register_fact(Fact(("case.filed",), _filed))
