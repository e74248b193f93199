"""Who takes note of alerts, explains and closes them, mutes a rule, and says what holds for it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from hukou.accounts.models import Duty, Office, Officer
from hukou.accounts.policies import YES, Ruling, no

LEADERS = frozenset({Duty.Role.STATION_LEADER, Duty.Role.BRANCH_OFFICER, Duty.Role.CITY_OFFICER})
CLOSERS = frozenset({Duty.Role.DESK_OFFICER, *LEADERS})
MUTERS = frozenset({Duty.Role.BRANCH_OFFICER, Duty.Role.CITY_OFFICER, Duty.Role.OVERSEER})
SETTERS = frozenset({Duty.Role.CITY_OFFICER, Duty.Role.OVERSEER})


def may_close(by: Officer, duties: list[Duty], alert: Any) -> Ruling:
    """An officer on case duty at the office that was told, or above it; told to the leaders, one of them.

    Oversight reads alerts; it does not clear them.
    """
    if by.kind != Officer.Kind.OFFICER:
        return no(_("only sworn officers close alerts"))
    closers = LEADERS if alert is not None and alert.role == "leader" else CLOSERS
    if any(duty.role in closers and (alert is None or duty.office.covers(alert.office)) for duty in duties):
        return YES
    if any(duty.role in CLOSERS and duty.office.covers(alert.office) for duty in duties):
        return no(_("the alert was told to the leader, who closes it"))
    return no(_("the alert belongs to another office"))


may_acknowledge = may_close


def may_explain(by: Officer, duties: list[Duty], alert: Any) -> Ruling:
    """An officer on case duty at the office that was told, at the one that has to act, or above them."""
    if by.kind != Officer.Kind.OFFICER:
        return no(_("only sworn officers explain alerts"))
    offices = [] if alert is None else [office for office in (alert.office, alert.concerned) if office is not None]
    for duty in duties:
        if duty.role in CLOSERS and (alert is None or any(duty.office.covers(office) for office in offices)):
            return YES
    return no(_("the alert belongs to another office"))


def may_mute(by: Officer, duties: list[Duty], office: Any) -> Ruling:
    """The hukou officers and overseers of a bureau, for it and the offices under it: nobody silences what is about them alone."""
    if by.kind != Officer.Kind.OFFICER:
        return no(_("only sworn officers mute alert rules"))
    for duty in duties:
        if duty.role in MUTERS and (office is None or duty.office.covers(office)):
            return YES
    return no(_("alert rules are muted by the bureau above: its hukou officers and overseers"))


def may_set_terms(by: Officer, duties: list[Duty], _rule: Any) -> Ruling:
    """The hukou officers and the overseers of the city bureau: a rule holds for the whole city."""
    if by.kind != Officer.Kind.OFFICER:
        return no(_("only sworn officers change alert rules"))
    if any(duty.role in SETTERS and duty.office.level == Office.Level.CITY for duty in duties):
        return YES
    return no(_("alert rules are set by the city bureau's hukou officers and overseers"))
