"""Who inspects, who is inspected, and that nobody inspects their own work (domain.md §3)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from hukou.accounts import policies
from hukou.accounts.models import Duty, Office, Officer
from hukou.accounts.policies import YES, Ruling, no

from . import populations
from .models import InspectionDuty, Order, Sample

R = Duty.Role
BUREAU = frozenset({R.BRANCH_OFFICER, R.CITY_OFFICER})
INSPECTORS = BUREAU | {R.OVERSEER}
"""Roles that see the inspections of their office and of those under it."""
ANSWERERS = frozenset({R.DESK_OFFICER, R.STATION_LEADER})
READERS = ANSWERERS | {R.AUXILIARY, R.COMMUNITY_OFFICER}
"""Roles at the station that see the orders it got."""


def may_look(by: Officer, duties: list[Duty], office: Office | None) -> Ruling:
    """Bureau officers and overseers see the inspections of their office and of every office under it."""
    if any(d.role in INSPECTORS and (office is None or d.office.covers(office)) for d in duties):
        return YES
    return no(_("inspections are for the bureaus' hukou officers and the overseers"))


def may_inspect(by: Officer, duties: list[Duty], duty: InspectionDuty) -> Ruling:
    """An office does its own inspections; an overseer takes part in those of every office under theirs."""
    if by.kind != Officer.Kind.OFFICER:
        return no(_("only sworn officers inspect"))
    if any(
        (d.role in BUREAU and d.office_id == duty.office_id) or (d.role == R.OVERSEER and d.office.covers(duty.office))
        for d in duties
    ):
        return YES
    return no(_("this is the inspection of another office"))


def may_review(by: Officer, duties: list[Duty], sample: Sample) -> Ruling:
    """Who inspects, but never somebody who worked on the case: the person counts, not the account."""
    ruling = may_inspect(by, duties, sample.duty)
    return no(_("you worked on this case yourself")) if ruling.allowed and is_own_work(by, sample.subject) else ruling


def may_judge(by: Officer, duties: list[Duty], order: Order) -> Ruling:
    """Who may review the case may order, look a second time, and withdraw."""
    return may_review(by, duties, order.sample)


def may_answer(by: Officer, duties: list[Duty], order: Order) -> Ruling:
    """A sworn desk officer or a leader of the station the order went to."""
    if by.kind != Officer.Kind.OFFICER:
        return no(_("auxiliaries prepare cases; an officer must do this"))
    if any(d.role in ANSWERERS and d.office_id == order.station_id for d in duties):
        return YES
    return no(_("the order went to another station"))


def may_see_order(by: Officer, duties: list[Duty], order: Order) -> Ruling:
    """The office that sent it with those above it, and the station it went to."""
    if any(d.role in READERS and d.office_id == order.station_id for d in duties):
        return YES
    return may_look(by, duties, order.office)


def may_set_plan(by: Officer, duties: list[Duty], subject: Any) -> Ruling:
    """The city bureau's hukou officers: one plan holds for all offices of a level."""
    if any(d.role == R.CITY_OFFICER for d in duties):
        return YES
    return no(_("the plan is kept by the city bureau's hukou officers"))


def is_own_work(by: Officer, subject: str) -> bool:
    """True when this person, under whatever account, is among those who worked on the subject."""
    concerned = {concern.officer_id for concern in populations.of(subject).concerned(subject)}
    return Officer.objects.filter(pk__in=concerned, id_number=by.id_number).exists()


def register() -> None:
    """Called once at start-up."""
    policies.register("inspection.look", may_look)
    policies.register("inspection.inspect", may_inspect)
    policies.register("inspection.review", may_review)
    policies.register("inspection.judge", may_judge)
    policies.register("inspection.see_order", may_see_order)
    policies.register("inspection.answer", may_answer)
    policies.register("inspection.set_plan", may_set_plan)
