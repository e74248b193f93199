"""Who may set up devices, and the names of what is done to them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Duty, Office, Officer
from hukou.accounts.policies import YES, Ruling, no

from .models import Workstation

Role = Duty.Role
VIEWERS = frozenset(Role) - {Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}
"""Devices are no secret to those who work with them, oversee the work, or keep the machines."""


def may_view(by: Officer, duties: list[Duty], workstation: Workstation | None) -> Ruling:
    """People at the office or above it; without a workstation: whether there is anything to see at all."""
    for duty in duties:
        if duty.role in VIEWERS and (workstation is None or duty.office.covers(workstation.office)):
            return YES
    return no(_("the workstation belongs to another office"))


def may_equip(by: Officer, duties: list[Duty], office: Office) -> Ruling:
    """Sworn desk officers and leaders of the office itself, and the city's hukou officers everywhere under it.

    What a camera certifies rests on who set it up; so auxiliaries do not, and a branch does not in a station's name.
    """
    if by.kind != Officer.Kind.OFFICER:
        return no(_("only sworn officers set up workstations and cameras"))
    for duty in duties:
        if duty.role in (Role.DESK_OFFICER, Role.STATION_LEADER) and duty.office_id == office.pk:
            return YES
        if duty.role == Role.CITY_OFFICER and duty.office.covers(office):
            return YES
    return no(_("workstations are set up by the desk or a leader of their own office, or by the city's hukou officers"))


def may_manage(by: Officer, duties: list[Duty], workstation: Workstation) -> Ruling:
    """Whoever may set up one at its office."""
    return may_equip(by, duties, workstation.office)


def register() -> None:
    """Called once at start-up."""
    policies.register("station.view", may_view)
    policies.register("station.register", may_equip)
    policies.register("station.manage", may_manage)
    trail.register_action("station.registered", _("Workstation registered"), _("workstation “{name}”"))
    trail.register_action("station.renewed", _("Workstation registered again"), _("workstation “{name}”"))
    trail.register_action("station.revoked", _("Workstation revoked"), _("workstation “{name}”"))
    trail.register_action("camera.added", _("Camera added"), _("camera “{label}”"))
    trail.register_action("camera.assigned", _("Purpose of a camera set"))
    trail.register_action(
        "camera.calibrated", _("Camera calibrated"), _("{width} × {height} pixels, {px_per_mm} pixels a millimetre")
    )
