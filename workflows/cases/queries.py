"""Questions screens ask about cases; every answer is within the officer's scope."""

from __future__ import annotations

from django.db.models import Q

from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.kernel.errors import NotFound

from . import rules
from .models import Case, CaseQuerySet, HeldPage, MaterialPage, within


def visible(by: Officer) -> CaseQuerySet:
    """Cases of all offices where the officer holds a duty that reads cases, newest first."""
    scope = Q(pk__in=[])
    for duty in by.duties_on():
        if duty.role in rules.READERS:
            scope |= within(duty.office)
    return Case.objects.filter(scope).with_context()


def case_for(by: Officer, case_id: int) -> Case:
    """One case the officer may see. Another station's case looks exactly like one that does not exist."""
    case = Case.objects.with_context().filter(pk=case_id).first()
    if case is None or not policies.allow(by, "case.view", case):
        raise NotFound
    return case


def placement_for(by: Officer, placement_id: int) -> MaterialPage:
    """One placed page the officer may see. Raises NotFound."""
    placement = (
        MaterialPage.objects.select_related("material__case__station__parent__parent", "page__original")
        .filter(pk=placement_id)
        .first()
    )
    if placement is None or not policies.allow(by, "case.view", placement.material.case):
        raise NotFound
    return placement


def held_for(by: Officer, held_id: int) -> HeldPage:
    """One held page of a case the officer may see. Raises NotFound."""
    held = (
        HeldPage.objects.select_related("material__case__station__parent__parent", "page__original")
        .filter(pk=held_id)
        .first()
    )
    if held is None or not policies.allow(by, "case.view", held.material.case):
        raise NotFound
    return held
