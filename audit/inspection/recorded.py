"""What of inspections must be on record, and how what is on record reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from audit.trail import facts
from hukou.accounts.models import Office

from .models import Finding, InspectionDuty, Order, Plan, Sample


def plan_text(details: Mapping[str, Any]) -> str:
    """Level, version and how often, in words."""
    return f"{Office.Level(details['level']).label} v{details['version']} {Plan.Cadence(details['cadence']).label}"


def period_text(details: Mapping[str, Any]) -> str:
    """The period by its code."""
    return str(details["period"])


def number_text(details: Mapping[str, Any]) -> str:
    """The number of the order."""
    return str(details["number"])


def verdict_text(details: Mapping[str, Any]) -> str:
    """Period and verdict in words."""
    return f"{details['period']} {Sample.Verdict(details['verdict']).label}"


def finding_text(details: Mapping[str, Any]) -> str:
    """Kind and severity in words."""
    return f"{Finding.Kind(details['kind']).label} · {Finding.Severity(details['severity']).label}"


def register() -> None:
    """Called once at start-up: no duty without its published seed, no finding and no order without its act."""
    facts.register(facts.Fact(("inspection.seed_published",), InspectionDuty.objects.all))
    facts.register(facts.Fact(("inspection.reviewed",), lambda: Sample.objects.exclude(reviewed_at=None)))
    facts.register(facts.Fact(("finding.made",), Finding.objects.all))
    facts.register(facts.Fact(("order.issued",), Order.objects.all))
