"""Questions of the inbox and the decision page."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from hukou.accounts.models import Officer
from workflows.cases.models import Case, CaseQuerySet

from .models import Decision


def inbox(by: Officer) -> CaseQuerySet:
    """Cases that wait for a duty the officer holds today, the longest waiting first."""
    mine = Q(pk__in=[])
    for duty in by.duties_on():
        mine |= Q(awaiting_office=duty.office, awaiting_role=duty.role)
    waiting = Case.objects.filter(mine, status=Case.Status.IN_REVIEW)
    return waiting.with_context().order_by("awaiting_since", "pk")


def history(case: Case) -> list[Decision]:
    """All decisions of a case, voided ones too, in the order they fell."""
    return list(Decision.objects.filter(case=case).select_related("application", "officer").order_by("pk"))


def return_reasons(cases: Iterable[Case]) -> dict[int, str]:
    """Why each of these cases was sent back, by case; only those with an unanswered return."""
    returns = Decision.objects.filter(case__in=list(cases), outcome=Decision.Outcome.RETURN, voided_at=None)
    return dict(returns.values_list("case_id", "opinion"))
