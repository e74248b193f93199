"""What the flow does to its case as it walks the chain. Called inside the flow's lock and transaction."""

from __future__ import annotations

from typing import NoReturn

from django.http import HttpRequest

from audit.trail import actions as trail
from hukou.accounts.models import Duty
from hukou.kernel import clock, push
from workflows.cases import budgets
from workflows.cases.models import Case, Suspension

from . import late_answers, late_notices
from .models import CaseProcess, Decision, Enquiry
from .steps import STEPS, office_of

TURN = ("awaiting_role", "awaiting_office", "awaiting_since", "claimed_by", "claimed_at")
"""The fields of a case that say whose turn it is."""
ANSWERING: dict[str, str] = {
    Enquiry.Kind.INVESTIGATION: Duty.Role.COMMUNITY_OFFICER,
    Enquiry.Kind.COSIGN: Duty.Role.STATION_LEADER,
    Enquiry.Kind.PUBLIC_NOTICE: Duty.Role.DESK_OFFICER,
}
"""In whose inbox an enquiry lies (domain.md §3)."""


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
    case.claimed_by, case.claimed_at = None, None
    case.save(update_fields=["status", "level", *TURN])
    budgets.enter(case, case.level)
    push.announce_each([_to_inbox(case), to_station(case)])


def await_seal(case: Case, level: int) -> None:
    """A decision has fallen at `level`: nobody's turn until its seal is on."""
    case.status = Case.Status.IN_REVIEW
    case.level = level
    _leave(case)
    case.save(update_fields=["status", "level", "revision", *TURN, *budgets.STEP_PROJECTED])


def send_back(case: Case) -> None:
    """A level asked for a supplement: the station's turn."""
    case.status = Case.Status.RETURNED
    _leave(case)
    case.save(update_fields=["status", *TURN, *budgets.STEP_PROJECTED])
    budgets.suspend(case, Suspension.Kind.SUPPLEMENT)


def _leave(case: Case) -> None:
    """The turn is over: the case leaves the inbox it lay in, and the station sees it."""
    left = nobodys_turn(case)
    budgets.leave(case)
    push.announce_each([*left, to_station(case)])


def await_answer(case: Case, enquiry: Enquiry) -> None:
    """Something was asked: the case is suspended, and it is the turn of whoever was asked."""
    case.status = Case.Status.SUSPENDED
    left = nobodys_turn(case)
    case.awaiting_office, case.awaiting_since = enquiry.office, enquiry.asked_at
    case.awaiting_role = ANSWERING[enquiry.kind]
    case.save(update_fields=["status", *TURN])
    budgets.suspend(case, enquiry.kind)
    late_answers.asked(enquiry)
    push.announce_each([*left, _to_inbox(case), to_station(case)])


def close(process: CaseProcess) -> None:
    """The last seal is on: the case is decided, and its notice is to be made."""
    from .tasks import issue_notice, write_letter

    case = Case.objects.lock(process.case_id)
    refused = process.outcome == Decision.Outcome.REFUSE
    case.status = Case.Status.REFUSED if refused else Case.Status.APPROVED
    case.closed_at = clock.now()
    left = nobodys_turn(case)
    case.save(update_fields=["status", "closed_at", *TURN])
    budgets.end(case)
    trail.record(
        "case.refused" if refused else "case.approved",
        subject=case,
        by=None,
        details={"level": process.level, "step": case.chain[process.level - 1]},
    )
    late_notices.decided(case)
    issue_notice.defer(case_id=case.pk)
    if refused:  # only now, with its seal on, is the refusal said to the applicant
        last = Decision.objects.get(case=case, level=process.level, voided_at=None)
        write_letter.defer(decision_id=last.pk)
    push.announce_each([*left, to_station(case)])


def nobodys_turn(case: Case) -> list[push.Message]:
    """Nobody is awaited, and nobody holds the task. Answers what the inbox the case lay in is to be told, unsent."""
    left = [_to_inbox(case)] if case.awaiting_office_id is not None else []
    case.awaiting_role, case.awaiting_office, case.awaiting_since = "", None, None
    case.claimed_by, case.claimed_at = None, None
    return left


def to_station(case: Case) -> push.Message:
    """What the station of a case is told."""
    return push.message(group=f"office-{case.station_id}", kind="case_changed", case=case.pk)


def _to_inbox(case: Case) -> push.Message:
    return push.message(group=f"office-{case.awaiting_office_id}", kind="inbox_changed", case=case.pk)
