"""What the page of a case shows about its paper: where it is, who has or had it, what differs."""

from __future__ import annotations

from typing import Any

from hukou.accounts import policies
from hukou.accounts.models import Officer
from workflows.cases.models import Case
from workflows.volumes import queries
from workflows.volumes.models import Difference, Loan

BY_HAND = (Difference.Found.BINDING, Difference.Found.INSPECTION, Difference.Found.RETURN)
"""Occasions somebody names; the others the program knows by itself."""
BEFORE_PAPER = ("draft", "not_accepted")


def context(case: Case, officer: Officer) -> dict[str, Any] | None:
    """Template context of `oversight/paper/on_case.html`; None before there is paper to speak of."""
    if case.status in BEFORE_PAPER:
        return None
    place = queries.place_of(case)
    return {
        "place": place,
        "filed": case.status == Case.Status.FILED,
        "loans": list(queries.loans_of(case)[:5]),
        "differences": list(Difference.objects.filter(case=case).select_related("found_by", "settled_by")),
        "may_request": place.where != "none" and policies.allow(officer, "paper.request", case.station),
        "may_record": place.where != "none" and policies.allow(officer, "paper.record_difference", case.station),
        "purposes": Loan.Purpose.choices,
        "kinds": Difference.Kind.choices,
        "occasions": [(one.value, one.label) for one in BY_HAND],
    }
