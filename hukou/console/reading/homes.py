"""Which offices have business with a case: its station, those above it, who is asked about it."""

from __future__ import annotations

from collections import defaultdict

from audit.trail.unusual import registry
from workflows.approvals.models import Enquiry
from workflows.cases.models import Case


def of(cases: set[int]) -> dict[int, frozenset[int]]:
    """Case → keys of offices. Two statements."""
    found: defaultdict[int, set[int | None]] = defaultdict(set)
    lines = Case.objects.filter(pk__in=cases).order_by()
    for case, *offices in lines.values_list(
        "pk", "station_id", "station__parent_id", "station__parent__parent_id", "awaiting_office_id"
    ):
        found[case].update(offices)
    for case, office in Enquiry.objects.filter(case__in=cases).order_by().values_list("case_id", "office_id"):
        found[case].add(office)
    return {case: frozenset(office for office in offices if office is not None) for case, offices in found.items()}


def register() -> None:
    """Called once at start-up."""
    registry.register_homes(of)
