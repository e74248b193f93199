"""Who may change which days are worked."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hukou.accounts.models import Duty, Officer
from hukou.accounts.policies import YES, Ruling, no

EDITORS = frozenset({Duty.Role.CITY_OFFICER, Duty.Role.SYSTEM_ADMIN})


def may_edit(by: Officer, duties: list[Duty], subject: object) -> Ruling:
    """The city bureau's hukou officers and its system administrator: one calendar holds for the whole city."""
    if any(duty.role in EDITORS for duty in duties):
        return YES
    return no(_("the calendar is kept by the city bureau's hukou officers and its system administrator"))
