"""Who may change the catalogue."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hukou.accounts.models import Duty, Officer
from hukou.accounts.policies import YES, Ruling, no


def may_load(by: Officer, duties: list[Duty], subject: object) -> Ruling:
    """The city bureau's hukou officers keep the catalogue (domain.md §3)."""
    if any(duty.role == Duty.Role.CITY_OFFICER for duty in duties):
        return YES
    return no(_("the catalogue is kept by the city bureau's hukou officers"))
