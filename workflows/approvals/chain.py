"""What the flow does to its case as it walks the chain. Called inside the flow's lock and transaction."""

from __future__ import annotations

from typing import NoReturn

from django.http import HttpRequest

from audit.trail import actions as trail
from hukou.kernel import clock, push
from workflows.cases.models import Case

from .models import CaseProcess, Decision
from .steps import STEPS, office_of


def no_page(request: HttpRequest) -> NoReturn:
    """Viewflow asks every human step for a page; ours live at our own addresses and no Viewflow page is mounted."""
    raise LookupError("approval steps are decided on the case's own page")


def await_decision(process: CaseProcess) -> None:
    """Put the case into the inbox of the office whose turn it is."""
    case = Case.objects.lock(process.case_id)
    step = STEPS[case.chain[process.level - 1]]
    case.status = Case.Status.IN_REVIEW
    case.level = process.level
    case.awaiting_role = step.role
    case.awaiting_office = office_of(step.name, case.station)
    case.awaiting_since = clock.now()
    case.save(update_fields=["status", "level", "awaiting_role", "awaiting_office", "awaiting_since"])
    push.announce(group=f"office-{case.awaiting_office.pk}", kind="inbox_changed", case=case.pk)
    _tell_station(case)


def await_seal(case: Case, level: int) -> None:
    """A decision has fallen at `level`: nobody's turn until its seal is on."""
    case.status = Case.Status.IN_REVIEW
    case.level = level
    _nobodys_turn(case)
    case.save(update_fields=["status", "level", "awaiting_role", "awaiting_office", "awaiting_since", "revision"])
    _tell_station(case)


def send_back(case: Case) -> None:
    """A level asked for a supplement: the station's turn."""
    case.status = Case.Status.RETURNED
    _nobodys_turn(case)
    case.save(update_fields=["status", "awaiting_role", "awaiting_office", "awaiting_since"])
    _tell_station(case)


def close(process: CaseProcess) -> None:
    """The last seal is on: the case is decided, and its notice is to be made."""
    from .tasks import issue_notice

    case = Case.objects.lock(process.case_id)
    refused = process.outcome == Decision.Outcome.REFUSE
    case.status = Case.Status.REFUSED if refused else Case.Status.APPROVED
    case.closed_at = clock.now()
    _nobodys_turn(case)
    case.save(update_fields=["status", "closed_at", "awaiting_role", "awaiting_office", "awaiting_since"])
    trail.record(
        "case.refused" if refused else "case.approved",
        subject=case,
        by=None,
        details={"level": process.level, "step": case.chain[process.level - 1]},
    )
    issue_notice.defer(case_id=case.pk)
    _tell_station(case)


def _nobodys_turn(case: Case) -> None:
    case.awaiting_role, case.awaiting_office, case.awaiting_since = "", None, None


def _tell_station(case: Case) -> None:
    push.announce(group=f"office-{case.station_id}", kind="case_changed", case=case.pk)
