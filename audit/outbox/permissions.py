"""Who sees texts, sends them again, and says which telephone an office has."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hukou.accounts.models import Duty, Office, Officer
from hukou.accounts.policies import YES, Ruling, no

from .models import Message

Role = Duty.Role
SENDERS = frozenset({Role.DESK_OFFICER, Role.STATION_LEADER, Role.BRANCH_OFFICER, Role.CITY_OFFICER, Role.SYSTEM_ADMIN})
KEEPERS = frozenset({Role.STATION_LEADER, Role.BRANCH_OFFICER, Role.CITY_OFFICER, Role.SYSTEM_ADMIN})


def may_send_again(by: Officer, duties: list[Duty], message: Message | None) -> Ruling:
    """Sworn officers on case duty at the office or above it, and who runs the system."""
    if by.kind != Officer.Kind.OFFICER:
        return no(_("only sworn officers send texts again"))
    if any(duty.role in SENDERS and (message is None or duty.office.covers(message.office)) for duty in duties):
        return YES
    return no(_("the text belongs to another office"))


def may_set_phone(by: Officer, duties: list[Duty], office: Office | None) -> Ruling:
    """Leaders for their station, branch and city for those under them, and who runs the system."""
    if by.kind != Officer.Kind.OFFICER:
        return no(_("only sworn officers set the duty telephone of an office"))
    if any(duty.role in KEEPERS and (office is None or duty.office.covers(office)) for duty in duties):
        return YES
    return no(_("the duty telephone is set by the office's leader or an office above it"))
