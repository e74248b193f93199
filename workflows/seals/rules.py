"""Who manages whose seals: 分级管理、下管一级 (domain.md §8.6), and the names of what is done to them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Duty, Office, Officer
from hukou.accounts.policies import YES, Ruling, no

from .models import Seal

Role = Duty.Role
KEEPS = {Role.SEAL_KEEPER, Role.BRANCH_OFFICER, Role.CITY_OFFICER}
"""Duties that keep the seals of the tier right below their office, and of the officers there."""
LENDS = {Role.STATION_LEADER, Role.BRANCH_OFFICER, Role.CITY_OFFICER, Role.SEAL_KEEPER}
"""Duties that lend the seals of their own unit."""
VIEWERS = KEEPS | LENDS | {Role.OVERSEER}
FINISHERS = LENDS | {Role.DESK_OFFICER}
"""Duties that finish by hand what got stuck at their office or under it."""


def may_manage(by: Officer, duties: list[Duty], seal: Seal) -> Ruling:
    """The unit right above: the city for its branches, a branch for its stations. Never one's own seal.

    The city's own seals are the province's to manage; here its seal keeper does so in the province's stead.
    """
    if by.kind != Officer.Kind.OFFICER:
        return no(_("only sworn officers keep seals"))
    if seal.officer is not None and seal.officer.id_number == by.id_number:
        return no(_("nobody manages their own seal"))
    home = seal.home
    for duty in duties:
        if duty.role in KEEPS and home.parent_id == duty.office_id:
            return YES
        if duty.role == Role.SEAL_KEEPER and home.parent_id is None and home.pk == duty.office_id:
            return YES
    return no(_("seals are kept by the unit right above"))


def may_suspend(by: Officer, duties: list[Duty], seal: Seal) -> Ruling:
    """Whoever manages it; and its holder at once when it is lost."""
    return YES if seal.officer_id == by.pk else may_manage(by, duties, seal)


def may_change_pin(by: Officer, duties: list[Duty], seal: Seal) -> Ruling:
    """The holder and nobody else; a keeper can issue anew and never read."""
    return YES if seal.officer_id == by.pk else no(_("only the holder changes the PIN of a seal"))


def may_view(by: Officer, duties: list[Duty], seal: Seal) -> Ruling:
    """The holder, who manages it, leaders and keepers of its office and of those above, and overseers."""
    if seal.officer_id == by.pk:
        return YES
    if any(duty.role in VIEWERS and duty.office.covers(seal.home) for duty in duties):
        return YES
    return no(_("the seal belongs to another office"))


def may_look(by: Officer, duties: list[Duty], _nothing: object) -> Ruling:
    """Whether there is anything to see in the register but one's own seal."""
    if any(duty.role in VIEWERS for duty in duties):
        return YES
    return no(_("the register is open to keepers, leaders and overseers; your own seal is on its own page"))


def may_lend(by: Officer, duties: list[Duty], office: Office) -> Ruling:
    """A leader or keeper of the very unit whose seal it is: who keeps it authorises its use (谁管理谁授权)."""
    if by.kind == Officer.Kind.OFFICER and any(duty.role in LENDS and duty.office_id == office.pk for duty in duties):
        return YES
    return no(_("only the unit itself lends its seal"))


def may_finish(by: Officer, duties: list[Duty], office: Office) -> Ruling:
    """Sworn officers of the office that signed, or of one above it, put on a seal that got stuck."""
    if by.kind == Officer.Kind.OFFICER and any(
        duty.role in FINISHERS and duty.office.covers(office) for duty in duties
    ):
        return YES
    return no(_("only the office that signed, or one above it, finishes a seal by hand"))


def register() -> None:
    """Called once at start-up."""
    policies.register("seal.manage", may_manage)
    policies.register("seal.suspend", may_suspend)
    policies.register("seal.change_pin", may_change_pin)
    policies.register("seal.view", may_view)
    policies.register("seal.look", may_look)
    policies.register("seal.authorise", may_lend)
    policies.register("seal.finish", may_finish)
    trail.register_action("seal.issued", _("Seal issued"))
    trail.register_action("seal.handed_over", _("Seal handed to its keeper"))
    trail.register_action("seal.pin_changed", _("PIN of a seal changed"))
    trail.register_action("seal.locked", _("Seal locked after wrong PINs"))
    trail.register_action("seal.unlocked", _("Seal unlocked"))
    trail.register_action("seal.suspended", _("Seal suspended"))
    trail.register_action("seal.resumed", _("Seal resumed"))
    trail.register_action("seal.revoked", _("Seal revoked"))
    trail.register_action("seal.renewed", _("Seal renewed"))
    trail.register_action("seal.authorised", _("Use of a unit's seal authorised"))
    trail.register_action("seal.authorisation_ended", _("Authorisation of a unit's seal ended"))
    trail.register_action("seal.used_by_others", _("Seal used by another unit under an authorisation"))
    trail.register_action("seal.prepared", _("Document prepared for sealing"))
    trail.register_action("seal.signed", _("Level signed"))
    trail.register_action("seal.applied", _("Seal put on"))
    trail.register_action("seal.stamp_renewed", _("Time stamp renewed"))
    trail.register_action("seal.failed", _("Seal could not be put on"))
    trail.register_action("seal.finished_by_hand", _("Seal put on by hand"))
