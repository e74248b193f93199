"""Who may decide (domain.md §3): the right duty at the right office, a sworn officer, and never the same person twice."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from hukou.accounts import policies
from hukou.accounts.models import Duty, Officer
from hukou.accounts.policies import YES, Ruling, no
from workflows.cases.models import Case
from workflows.cases.rules import may_act_for_the_desk

from .models import Decision
from .steps import STEPS, office_of


@dataclass(frozen=True)
class Turn:
    """A case at one level of its chain."""

    case: Case
    level: int
    """1-based."""


def may_decide(by: Officer, duties: list[Duty], turn: Turn) -> Ruling:
    """The step's role at the step's office; accept ≠ review ≠ approve by person, across accounts."""
    if by.kind != Officer.Kind.OFFICER:
        return no(_("auxiliaries never decide"))
    case = turn.case
    if not 0 < turn.level <= len(case.chain):
        return no(_("the case has no such step"))
    step = STEPS[case.chain[turn.level - 1]]
    office = office_of(step.name, case.station)
    if not any(duty.role == step.role and duty.office_id == office.pk for duty in duties):
        return no(_("this step belongs to another office or duty"))
    if by.id_number in persons_before(case, turn.level):
        return no(_("you took an earlier step of this case; another person must decide"))
    return YES


def persons_before(case: Case, level: int) -> set[str]:
    """ID numbers of everyone who accepted the case or decided a level below `level` in its present round."""
    people = set(
        Decision.objects.filter(case=case, level__lt=level, voided_at=None).values_list("officer__id_number", flat=True)
    )
    if case.accepted_by is not None:
        people.add(case.accepted_by.id_number)
    return people


def register() -> None:
    """Called once at start-up."""
    policies.register("case.hand_up", may_act_for_the_desk)
    policies.register("case.decide", may_decide)
    policies.register("notice.read", may_act_for_the_desk)
