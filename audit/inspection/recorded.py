"""What of inspections must be on record, and how what is on record reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from audit.trail import facts

from .models import Finding, InspectionDuty, Order, Sample


def verdict_text(details: Mapping[str, Any]) -> str:
    """Period and verdict in words."""
    return f"{details['period']} {Sample.Verdict(details['verdict']).label}"


def finding_text(details: Mapping[str, Any]) -> str:
    """Kind and severity in words."""
    return f"{Finding.Kind(details['kind']).label} · {Finding.Severity(details['severity']).label}"


def register() -> None:
    """Called once at start-up: no duty without its published seed, no finding and no order without its act."""
    facts.register(facts.Fact(("inspection.seed_published",), lambda: InspectionDuty.objects.all()))
    facts.register(facts.Fact(("inspection.reviewed",), lambda: Sample.objects.exclude(reviewed_at=None)))
    facts.register(facts.Fact(("finding.made",), lambda: Finding.objects.all()))
    facts.register(facts.Fact(("order.issued",), lambda: Order.objects.all()))
