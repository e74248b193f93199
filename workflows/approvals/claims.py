"""Whose desk a waiting case lies on: take it, give it back, give it to a colleague, urge, call back."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.kernel import clock, push
from workflows.cases import errors as case_errors
from workflows.cases import transitions
from workflows.cases.models import Case
from workflows.cases.transitions import Verb

from . import chain, errors
from .flows import CaseFlow
from .models import Decision, Urging
from .rules import Turn
from .standing import Standing
from .steps import office_of
from .under_way import SUBJECT, finish, live, locked, require_seen, require_turn, turned, void


@trail.records_refusal("case.claim", subject=SUBJECT, key="case_id")
def claim(*, case_id: int, by: Officer) -> Case:
    """Take the case: colleagues see who has it, and cannot decide it. Taking it again changes nothing.

    Raises NotPermitted, WrongState, AlreadyDecided, SealNotOn, ClaimedByOther.
    """
    with locked(case_id) as (process, case):
        turn = Turn(case, case.level)
        policies.require(by, "case.decide", turn)
        transitions.require(case, Verb.CLAIM)
        require_turn(process, turn, by)
        if case.claimed_by_id is None:
            _give(case, by)
            trail.record("case.claimed", subject=case, by=by, details={"level": case.level})
        return case


@trail.records_refusal("case.release", subject=SUBJECT, key="case_id")
def release(*, case_id: int, by: Officer) -> Case:
    """Give back a case one has taken. Raises NotPermitted, WrongState, NotClaimed."""
    with locked(case_id) as (_process, case):
        policies.require(by, "case.release", Turn(case, case.level))
        transitions.require(case, Verb.RELEASE)
        if case.claimed_by_id != by.pk:
            raise errors.NotClaimed
        _give(case, None)
        trail.record("case.released", subject=case, by=by, details={"level": case.level})
        return case


@trail.records_refusal("case.reassign", subject=SUBJECT, key="case_id")
def reassign(*, case_id: int, by: Officer, to: Officer, reason: str) -> Case:
    """Give a waiting case to an officer of the office, whoever has it now.

    Raises NotPermitted, WrongState, AlreadyDecided, SealNotOn, ReasonNeeded, NotTheirs.
    """
    with locked(case_id) as (process, case):
        policies.require(by, "case.reassign", Turn(case, case.level))
        transitions.require(case, Verb.REASSIGN)
        if process is None or case.awaiting_office is None:
            raise errors.SealNotOn
        if not reason.strip():
            raise case_errors.ReasonNeeded
        ruling = policies.ruling(to, "case.decide", Turn(case, case.level))
        if not ruling.allowed:
            raise errors.NotTheirs(reason=ruling.reason)
        before = case.claimed_by
        _give(case, to)
        trail.record(
            "case.reassigned",
            subject=case,
            by=by,
            details={
                "level": case.level,
                "from": before.number if before else "",
                "to": to.number,
                "reason": reason.strip()[:200],
            },
        )
        push.announce(group=f"officer-{to.pk}", kind="inbox_changed", case=case.pk)
        return case


@trail.records_refusal("case.urge", subject=SUBJECT, key="case_id")
def urge(*, case_id: int, by: Officer, reason: str) -> Urging:
    """Ask the office whose turn it is to hurry (催办); once a day for a case.

    Raises NotPermitted, WrongState, SealNotOn, ReasonNeeded, UrgedAlready.
    """
    with locked(case_id) as (_process, case):
        policies.require(by, "case.urge", case)
        transitions.require(case, Verb.URGE)
        if case.awaiting_office is None:
            raise errors.SealNotOn
        if not reason.strip():
            raise case_errors.ReasonNeeded
        try:
            with transaction.atomic():
                urging = Urging.objects.create(
                    case=case,
                    office=case.awaiting_office,
                    level=case.level,
                    reason=reason.strip()[:200],
                    urged_by=by,
                    urged_on=clock.today(),
                    urged_at=clock.now(),
                )
        except IntegrityError:
            raise errors.UrgedAlready from None
        trail.record(
            "case.urged", subject=case, by=by, details={"level": case.level, "office": case.awaiting_office.code}
        )
        push.announce(group=f"office-{case.awaiting_office.pk}", kind="case_urged", case=case.pk)
        return urging


@trail.records_refusal("case.recall", subject=SUBJECT, key="case_id")
def recall(*, case_id: int, by: Officer, seen: str, reason: str) -> Decision:
    """A leader steps in: what was decided so far is void, and the station begins the chain again.

    Everything stays to be read, and the reason stands in the case's history. Raises NotPermitted, WrongState,
    SealNotOn, AlreadyDecided, ContentChanged, ReasonNeeded.
    """
    with locked(case_id) as (process, case):
        policies.require(by, "case.recall", Turn(case, case.level))
        transitions.require(case, Verb.RECALL)
        if process is None or case.awaiting_office is None:
            raise errors.SealNotOn
        if not reason.strip():
            raise case_errors.ReasonNeeded
        content = require_seen(Standing(case), seen)
        void(live(case), Decision.VoidReason.RECALLED)
        step = case.chain[case.level - 1]
        office = office_of(step, case.station)
        decision = Decision.objects.create(
            case=case,
            level=case.level,
            step=step,
            revision=case.revision,
            officer=by,
            office=office,
            officer_name=by.name,
            office_name=office.name,
            outcome=Decision.Outcome.RECALL,
            opinion=reason.strip()[:200],
            content_digest=content,
            decided_at=clock.now(),
        )
        chain.send_back(case)
        trail.record("case.recalled", subject=case, by=by, details={"level": case.level, "decision": decision.pk})
        turned(process, Decision.Outcome.RECALL)
        finish(process, CaseFlow.decide, by)
        return decision


def _give(case: Case, to: Officer | None) -> None:
    case.claimed_by, case.claimed_at = to, clock.now() if to else None
    case.save(update_fields=["claimed_by", "claimed_at"])
    push.announce(group=f"office-{case.awaiting_office_id}", kind="inbox_changed", case=case.pk)
