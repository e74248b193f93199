"""Alert rules about how a decision was made: in seconds, or at the workstation where the case was accepted.

Looked at when the seal of the decision is on, in the job that puts it on; the decision itself asks nothing more.
What officers have looked at and from where is read from the trail.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from audit.alerts import actions as alerts
from audit.alerts import rules, terms
from audit.alerts.rules import Kind
from audit.trail import viewing
from audit.trail.models import Event
from workflows.cases.page_alerts import BRANCH_FIRST

from .models import CaseView, Decision

HASTY = "risk.hasty_decision"
ONE_WORKSTATION = "risk.one_workstation"
OPENED = "case.viewed"
NO_MACHINE = ("127.", "::1")
"""Addresses of the server itself: they tell no machines apart (a demo, a proxy that says nothing)."""
ACTS = ("case.accepted", "case.level_approve", "case.level_refuse")


def look_at(decision: Decision) -> None:
    """Look at a decision whose seal has just been put on. The station's own, made when it hands up, is none."""
    if decision.level > 1:
        _hasty(decision)
        _one_workstation(decision)


def _hasty(decision: Decision) -> None:
    """From the first look at the case in this turn to the decision. Whoever opened it nowhere else had the page open."""
    opened_at = _first_look(decision)
    if opened_at is None:
        return
    seconds = int((decision.decided_at - opened_at).total_seconds())
    if seconds < terms.of(HASTY).params["seconds"]:
        _tell(HASTY, decision, {"seconds": seconds, "officer": decision.officer_id})


def _first_look(decision: Decision) -> Any:
    turn = decision.case.step_clocks.filter(level=decision.level, begun_at__lte=decision.decided_at).last()
    looks = Event.objects.filter(
        case_id=decision.case_id, officer_id=decision.officer_id, action=OPENED, at__lte=decision.decided_at
    )
    if turn is not None:
        looks = looks.filter(
            at__gte=turn.begun_at - viewing.SPAN
        )  # a look stands for those that follow within the span
    first = looks.order_by("pk").values_list("at", flat=True).first()
    if first is None:
        page = CaseView.objects.filter(case=decision.case_id, officer=decision.officer_id, level=decision.level)
        first = page.filter(opened_at__lte=decision.decided_at).values_list("opened_at", flat=True).first()
    return first


def _one_workstation(decision: Decision) -> None:
    """Several people at one machine: somebody may have acted under another's name. One officer on the spot is no such thing."""
    acts = Event.objects.filter(case_id=decision.case_id, action__in=ACTS).exclude(workstation="").order_by("pk")
    accepted_at, decided_at = "", "nowhere"
    for action, machine, details in acts.values_list("action", "workstation", "details"):
        if action == "case.accepted":
            accepted_at = machine
        elif details.get("decision") == decision.pk:
            decided_at = machine
    if accepted_at == decided_at and not accepted_at.startswith(NO_MACHINE):
        _tell(ONE_WORKSTATION, decision, {"officer": decision.officer_id})


def _tell(rule: str, decision: Decision, details: dict[str, Any]) -> None:
    about = {"number": decision.case.number, "level": decision.level, "decision": decision.pk}
    alerts.tell(rule, f"cases.case:{decision.case_id}", office_id=decision.office_id, details={**about, **details})


def register() -> None:
    """Called once at start-up."""
    rules.register(
        rules.AlertRule(
            HASTY,
            label=_("Decided within seconds of opening the case"),
            about=_("A level was decided less than {seconds} seconds after the officer first opened the case."),
            kind=Kind.RISK,
            ladder=BRANCH_FIRST,
            params={"seconds": 30},
        )
    )
    rules.register(
        rules.AlertRule(
            ONE_WORKSTATION,
            label=_("Accepted and decided at one workstation"),
            about=_("A case was decided at the very workstation at which it was accepted."),
            kind=Kind.RISK,
            severity=3,
            ladder=BRANCH_FIRST,
        )
    )
