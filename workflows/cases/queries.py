"""Questions screens ask about cases; every answer is within the officer's scope."""

from __future__ import annotations

from django.db.models import Q

from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.kernel.errors import NotFound

from . import rules
from .models import Case, CaseQuerySet, within


def visible(by: Officer) -> CaseQuerySet:
    """Cases of all offices where the officer holds a duty that reads cases, newest first."""
    scope = Q(pk__in=[])
    for duty in policies.duties_of(by):
        if duty.role in rules.READERS:
            scope |= within(duty.office)
    return Case.objects.filter(scope).with_context()


def case_for(by: Officer, case_id: int) -> Case:
    """One case the officer may see. Another station's case looks exactly like one that does not exist."""
    case = Case.objects.with_context().filter(pk=case_id).first()
    if case is None or not policies.allow(by, "case.view", case):
        raise NotFound
    return case
