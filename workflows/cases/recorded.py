"""What a case itself says was done, so that the trail must have an event of it."""

from __future__ import annotations

from django.db.models import QuerySet

from audit.trail.facts import Fact
from audit.trail.facts import register as register_fact

from .models import Case

INVENTED = "9999"
"""No police unit: numbers of cases made for measuring, of which the trail knows nothing (`seed_load`)."""


def _numbered() -> QuerySet[Case]:
    return Case.objects.exclude(number=None).exclude(number__startswith=INVENTED)


def _filed() -> QuerySet[Case]:
    return _numbered().exclude(filed_at=None)


def register() -> None:
    """Called once at start-up."""
    register_fact(Fact(("case.opened",), _numbered))
    register_fact(Fact(("case.accepted",), _numbered))
    register_fact(Fact(("case.filed",), _filed))
