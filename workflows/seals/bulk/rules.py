"""Who may seal in batches: a sworn officer with a duty, their own papers, with their own seal (own use only)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Duty, Officer
from hukou.accounts.policies import YES, Ruling, no

from .models import Batch

Role = Duty.Role
SIGNERS = frozenset({Role.DESK_OFFICER, Role.STATION_LEADER, Role.BRANCH_OFFICER, Role.CITY_OFFICER})


def may_make(by: Officer, duties: list[Duty], subject: object) -> Ruling:
    """Officers whose duty is to certify; auxiliaries never seal (domain.md §3)."""
    if by.kind != Officer.Kind.OFFICER:
        return no(_("auxiliaries never seal"))
    if not any(duty.role in SIGNERS for duty in duties):
        return no(_("your duty gives you nothing to seal"))
    return YES


def may_sign(by: Officer, duties: list[Duty], batch: Batch) -> Ruling:
    """Who brought the papers looks at them and signs them; nobody does it for another."""
    if batch.officer_id != by.pk:
        return no(_("this batch belongs to another officer"))
    return may_make(by, duties, batch)


def register() -> None:
    """Called once at start-up."""
    policies.register("batch.make", may_make)
    policies.register("batch.sign", may_sign)
    trail.register_action("batch.made", _("Batch begun"))
    trail.register_action("batch.brought", _("Paper brought for sealing"))
    trail.register_action("batch.shown", _("Paper shown whole"))
    trail.register_action("batch.aside", _("Paper put aside or taken back"))
    trail.register_action("batch.begun", _("Sealing of a batch begun"))
    trail.register_action("batch.signed", _("Paper sealed"))
    trail.register_action("batch.stamped", _("Sealed paper stamped"))
    trail.register_action("batch.failed", _("Paper could not be sealed"))
    trail.register_action("batch.ended", _("Sealing of a batch ended"))
