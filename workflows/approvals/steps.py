"""The steps a chain is made of: who decides where, and which seals go on (catalogue `meta`)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hukou.accounts.models import Duty, Office


@dataclass(frozen=True)
class Step:
    """One kind of step."""

    name: str
    label: str | Promise
    office_level: str
    """station | branch | city"""
    role: str
    """Duty role that decides here."""
    decides: bool
    """True where the step gives the final word when it is the last of a chain."""


STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        Step("station_accept", _("Accepted by the station"), Office.Level.STATION, Duty.Role.DESK_OFFICER, True),
        Step(
            "station_review", _("Reviewed by the station leader"), Office.Level.STATION, Duty.Role.STATION_LEADER, False
        ),
        Step(
            "station_approve", _("Decided by the station leader"), Office.Level.STATION, Duty.Role.STATION_LEADER, True
        ),
        Step("branch_review", _("Reviewed by the branch bureau"), Office.Level.BRANCH, Duty.Role.BRANCH_OFFICER, False),
        Step("branch_approve", _("Decided by the branch bureau"), Office.Level.BRANCH, Duty.Role.BRANCH_OFFICER, True),
        Step("city_approve", _("Decided by the city bureau"), Office.Level.CITY, Duty.Role.CITY_OFFICER, True),
    )
}


DECIDING = frozenset(step.role for step in STEPS.values() if step.name != "station_accept")
"""Roles that decide above the desk; the desk hands up in its own name and has no deputy."""


def office_of(step: str, station: Office) -> Office:
    """The office that takes `step` for cases of `station`."""
    return station.at_level(STEPS[step].office_level)
