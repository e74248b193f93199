"""Who may decide (domain.md §3): the right duty at the right office, a sworn officer, and never the same person twice."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from hukou.accounts import policies
from hukou.accounts.models import Duty, Officer
from hukou.accounts.policies import YES, Ruling, no
from workflows.cases.models import Case
from workflows.cases.rules import may_act_for_the_desk

from . import deputies
from .models import Enquiry
from .standing import Standing
from .steps import DECIDING, STEPS, office_of

Role = Duty.Role


@dataclass(frozen=True)
class Turn:
    """A case at one level of its chain."""

    case: Case
    level: int
    """1-based."""

    @cached_property
    def standing(self) -> Standing:
        """What stands on the case."""
        return Standing(self.case)


@dataclass(frozen=True)
class Asking:
    """A case and what is being asked about it."""

    case: Case
    enquiry: Enquiry | None


ANSWERS: dict[str, frozenset[str]] = {
    Enquiry.Kind.INVESTIGATION: frozenset({Role.COMMUNITY_OFFICER, Role.DESK_OFFICER, Role.STATION_LEADER}),
    Enquiry.Kind.COSIGN: frozenset({Role.DESK_OFFICER, Role.STATION_LEADER}),
    Enquiry.Kind.PUBLIC_NOTICE: frozenset({Role.DESK_OFFICER}),
}
"""Duties that may answer, at the office that was asked."""


def may_decide(by: Officer, duties: list[Duty], turn: Turn) -> Ruling:
    """The step's role at the step's office; accept ≠ review ≠ approve by person, across accounts."""
    if by.kind != Officer.Kind.OFFICER:
        return no(_("auxiliaries never decide"))
    case = turn.case
    if not 0 < turn.level <= len(case.chain):
        return no(_("the case has no such step"))
    step = STEPS[case.chain[turn.level - 1]]
    office = office_of(step.name, case.station)
    own = any(duty.role == step.role and duty.office_id == office.pk for duty in duties)
    if not own and deputies.of_step(by, case, step.name) is None:
        return no(_("this step belongs to another office or duty"))
    if by.id_number in turn.standing.persons_below(turn.level):
        return no(_("you took an earlier step of this case; another person must decide"))
    return YES


def may_ask(by: Officer, duties: list[Duty], turn: Turn) -> Ruling:
    """Before handing up the station's desk asks; later whoever decides the level."""
    return may_decide(by, duties, turn) if turn.level else may_act_for_the_desk(by, duties, turn.case)


def may_answer(by: Officer, duties: list[Duty], asking: Asking) -> Ruling:
    """A sworn officer of the office that was asked, with a duty that answers such questions."""
    if by.kind != Officer.Kind.OFFICER:
        return no(_("auxiliaries prepare cases; an officer must do this"))
    asked = asking.enquiry
    if asked is None:
        return may_act_for_the_desk(by, duties, asking.case)
    if any(duty.office_id == asked.office_id and duty.role in ANSWERS[asked.kind] for duty in duties):
        return YES
    return no(_("another office or duty was asked"))


def may_reassign(by: Officer, duties: list[Duty], turn: Turn) -> Ruling:
    """Who may decide the level gives it to a colleague; a leader of the office, or the office above, may too."""
    if by.kind != Officer.Kind.OFFICER:
        return no(_("auxiliaries never decide"))
    office = turn.case.awaiting_office or turn.case.station
    if any(duty.role in DECIDING and duty.office.covers(office) for duty in duties):
        return YES
    return no(_("only the office whose turn it is, or the one above it, gives cases to officers"))


def may_recall(by: Officer, duties: list[Duty], turn: Turn) -> Ruling:
    """A leader of the station, and whoever decides at an office above the case's station."""
    if by.kind != Officer.Kind.OFFICER:
        return no(_("auxiliaries never decide"))
    if any(duty.role in DECIDING and duty.office.covers(turn.case.station) for duty in duties):
        return YES
    return no(_("only a leader of the station or an office above it calls a case back"))


def may_urge(by: Officer, duties: list[Duty], case: Case) -> Ruling:
    """The station that waits for the answer, and overseers of it."""
    if any(duty.role == Role.OVERSEER and duty.office.covers(case.station) for duty in duties):
        return YES
    if any(
        duty.office_id == case.station_id and duty.role in (Role.DESK_OFFICER, Role.STATION_LEADER) for duty in duties
    ):
        return YES
    return no(_("only the case's own station or its overseer urges"))


def may_deputise(by: Officer, duties: list[Duty], duty: Duty) -> Ruling:
    """Who holds the duty, or a leader of the office above; never a deputy, for a deputy does not hold it."""
    if by.kind != Officer.Kind.OFFICER:
        return no(_("auxiliaries never decide"))
    above = duty.office.parent
    if duty.pk in {held.pk for held in duties}:
        return YES
    if above is not None and any(held.role in DECIDING and held.office.covers(above) for held in duties):
        return YES
    return no(_("only who holds the duty, or the office above, gives it to a deputy"))


def register() -> None:
    """Called once at start-up."""
    policies.register("case.hand_up", may_act_for_the_desk)
    policies.register("case.decide", may_decide)
    policies.register("case.release", may_decide)
    policies.register("case.ask", may_ask)
    policies.register("case.answer", may_answer)
    policies.register("case.reassign", may_reassign)
    policies.register("case.recall", may_recall)
    policies.register("case.urge", may_urge)
    policies.register("deputation.give", may_deputise)
    policies.register("notice.read", may_act_for_the_desk)
