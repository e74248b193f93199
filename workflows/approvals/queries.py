"""Questions of the decision page and the desk; the queue is in `waiting`."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from hukou.accounts import policies
from hukou.accounts.models import Officer
from workflows.cases.models import Case, CaseQuerySet

from .models import Decision, Enquiry
from .rules import ANSWERS


def asked_of(by: Officer) -> CaseQuerySet:
    """Suspended cases whose enquiry the officer may answer, the longest waiting first."""
    mine = Q(pk__in=[])
    for duty in policies.duties_of(by):
        kinds = [kind for kind, roles in ANSWERS.items() if duty.role in roles]
        mine |= Q(enquiries__office=duty.office, enquiries__kind__in=kinds, enquiries__answered_at=None)
    return Case.objects.filter(mine, status=Case.Status.SUSPENDED).with_context().order_by("awaiting_since", "pk")


def open_enquiries(cases: Iterable[Case]) -> dict[int, Enquiry]:
    """What is being asked about each of these cases now, by case."""
    asked = Enquiry.objects.filter(case__in=list(cases), answered_at=None).select_related("office", "asked_by")
    return {enquiry.case_id: enquiry for enquiry in asked}


def history(case: Case) -> list[Decision]:
    """All decisions of a case, voided ones too, in the order they fell."""
    return list(
        case.decisions.select_related("application", "officer", "office", "deputation__duty__officer").order_by("pk")
    )


def return_reasons(cases: Iterable[Case]) -> dict[int, str]:
    """Why each of these cases was sent or called back, by case; only those not answered yet."""
    returns = Decision.objects.filter(case__in=list(cases), outcome__in=Decision.UNSEALED, voided_at=None)
    return dict(returns.values_list("case_id", "opinion"))
