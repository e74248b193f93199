"""Who may close an alert, and who says what holds for a rule."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from hukou.accounts.models import Duty, Office, Officer
from hukou.accounts.policies import YES, Ruling, no

CLOSERS = {
    Duty.Role.DESK_OFFICER,
    Duty.Role.STATION_LEADER,
    Duty.Role.BRANCH_OFFICER,
    Duty.Role.CITY_OFFICER,
}


def may_close(by: Officer, duties: list[Duty], alert: Any) -> Ruling:
    """An officer on case duty at the alert's office or above it. Oversight reads alerts; it does not clear them."""
    if by.kind != Officer.Kind.OFFICER:
        return no(_("only sworn officers close alerts"))
    if any(duty.role in CLOSERS and (alert is None or duty.office.covers(alert.office)) for duty in duties):
        return YES
    return no(_("the alert belongs to another office"))


SETTERS = {Duty.Role.CITY_OFFICER, Duty.Role.OVERSEER}


def may_set_terms(by: Officer, duties: list[Duty], _rule: Any) -> Ruling:
    """The hukou officers and the overseers of the city bureau: a rule holds for the whole city."""
    if by.kind != Officer.Kind.OFFICER:
        return no(_("only sworn officers change alert rules"))
    if any(duty.role in SETTERS and duty.office.level == Office.Level.CITY for duty in duties):
        return YES
    return no(_("alert rules are set by the city bureau's hukou officers and overseers"))
