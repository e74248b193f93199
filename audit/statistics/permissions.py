"""Who reads which figures: whoever works on cases as an officer, and oversight; of their own offices and those under them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hukou.accounts import policies
from hukou.accounts.models import Duty, Office, Officer
from hukou.accounts.policies import YES, Ruling, no
from hukou.kernel.errors import NotFound

Role = Duty.Role
READERS = frozenset(
    {
        Role.DESK_OFFICER,
        Role.COMMUNITY_OFFICER,
        Role.STATION_LEADER,
        Role.BRANCH_OFFICER,
        Role.CITY_OFFICER,
        Role.OVERSEER,
    }
)


def may_read(by: Officer, duties: list[Duty], subject: Any) -> Ruling:
    """Figures are read on duty; administrators and auxiliaries have no need of them (domain.md §3)."""
    if any(duty.role in READERS for duty in duties):
        return YES
    return no(_("figures are read by officers who work on cases, and by oversight"))


def may_remove(by: Officer, duties: list[Duty], table: Any) -> Ruling:
    """Whoever keeps a table removes it."""
    return YES if table.owner_id == by.pk else no(_("another officer keeps this table"))


def offices_of(by: Officer) -> list[Office]:
    """The offices whose figures the officer reads; none that lies under another of them."""
    mine = {duty.office.pk: duty.office for duty in policies.duties_of(by) if duty.role in READERS}
    return [
        office
        for office in mine.values()
        if not any(other.covers(office) for other in mine.values() if other.pk != office.pk)
    ]


def offices_asked(by: Officer, office_id: int | None) -> list[Office]:
    """All the officer's offices, or the one asked for if it is theirs. Raises NotFound."""
    mine = offices_of(by)
    if office_id is None:
        return mine
    office = Office.objects.select_related("parent__parent").filter(pk=office_id).first()
    if office is None or not any(top.covers(office) for top in mine):
        raise NotFound
    return [office]


def under(offices: Collection[Office]) -> list[Office]:
    """These offices and all that lie under them, by code."""
    keys = [office.pk for office in offices]
    return list(
        Office.objects.filter(Q(pk__in=keys) | Q(parent__in=keys) | Q(parent__parent__in=keys)).order_by("code")
    )


def keys_under(offices: Collection[Office], level: str) -> set[Any]:
    """The keys of all offices of a level among these and those under them."""
    return {office.pk for office in under(offices) if office.level == level}
