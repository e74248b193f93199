"""Who reads the trail of others: oversight and the audit administrator, each within the office of their duty."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hukou.accounts import policies
from hukou.accounts.models import Duty, Office, Officer
from hukou.accounts.policies import YES, Ruling, no

READERS = frozenset({Duty.Role.OVERSEER, Duty.Role.AUDIT_ADMIN})
"""Supervision of the business (domain.md §3), and audit as one of the three administrators (GB/T 22239-2019, 8.1.5.2)."""


def may_read(by: Officer, duties: list[Duty], office: Office | None) -> Ruling:
    """The trail of an office: readers at it or above it. `None` asks whether there is anything to read at all."""
    if any(duty.role in READERS and (office is None or duty.office.covers(office)) for duty in duties):
        return YES
    return no(_("the trail book is open to oversight and audit, for the offices under them"))


def offices_read(by: Officer) -> list[Office] | None:
    """Offices whose trail an officer reads, [] for none; None when it is everything, that of the system too."""
    mine = [duty.office for duty in policies.duties_of(by) if duty.role in READERS]
    if any(office.level == Office.Level.CITY for office in mine):
        return None
    if not mine:
        return []
    keys = [office.pk for office in mine]
    return list(Office.objects.filter(Q(pk__in=keys) | Q(parent__in=keys)))
