"""The verbs of the chain: hand up, decide, withdraw. Each takes the process lock first, then the case."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import Q, QuerySet
from viewflow.workflow.models import Task

from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.kernel import clock, push
from hukou.kernel.errors import Conflict
from workflows.cases import errors as case_errors
from workflows.cases import folders, transitions
from workflows.cases.models import Case
from workflows.cases.transitions import Verb
from workflows.seals import actions as seals
from workflows.seals.models import SealApplication

from . import casefiles, chain, errors
from .flows import CaseFlow
from .models import CaseProcess, Decision
from .rules import Turn
from .steps import office_of

SUBJECT = "cases.case"
Outcome = Decision.Outcome


@contextmanager
def _under_way(case_id: int) -> Iterator[tuple[CaseProcess | None, Case]]:
    """The process (when there is one) and the case, both locked for this transaction.

    Raises NotFound, and Conflict when the case was handed up while this transaction waited for it.
    """
    with transaction.atomic():
        process = CaseProcess.objects.select_for_update(of=("self",)).filter(case_id=case_id).first()
        case = Case.objects.lock(case_id)
        # Begun meanwhile: to lock it now would be the wrong order, and to act without it would leave it running.
        if process is None and CaseProcess.objects.filter(case_id=case_id).exists():
            raise Conflict
        yield process, case


@trail.records_refusal("case.hand_up", subject=SUBJECT, key="case_id")
def hand_up(*, case_id: int, by: Officer, pin: str, seen: str, opinion: str = "") -> Case:
    """Hand the case up under the officer's seal; for a returned case, answer the return.

    `seen` is the content digest the officer's screen showed. A supplement that changed the content makes a
    new case file and voids the decisions over the old one; an answer without change goes straight back to
    the level that asked. Raises NotPermitted, WrongState, MaterialsMissing, ContentChanged, WrongPin.
    """
    with _under_way(case_id) as (process, case):
        policies.require(by, "case.hand_up", case)
        transitions.require(case, Verb.HAND_UP)
        missing = folders.of(case).missing_of("acceptance", "investigation")
        if missing:
            raise folders.missing_error(missing)
        content = _require_seen(case, seen)
        if process is None:
            _seal_first_level(case, by=by, pin=pin, opinion=opinion or "同意上报", content=content)
            CaseFlow.begin.run(case=case)
        else:
            _answer_return(process, case, by=by, pin=pin, opinion=opinion or "已补正，重新上报", content=content)
        case.refresh_from_db()
        return case


def _answer_return(process: CaseProcess, case: Case, *, by: Officer, pin: str, opinion: str, content: str) -> None:
    live = Decision.objects.filter(case=case, voided_at=None)
    asked = live.get(outcome=Outcome.RETURN)
    changed = asked.content_digest != content
    if changed:
        _void(live, Decision.VoidReason.CONTENT_CHANGED)
        process.level, process.outcome = 1, Outcome.APPROVE
        process.revision += 1
        _seal_first_level(case, by=by, pin=pin, opinion=opinion, content=content)
    else:
        seals.require_pin(by=by, pin=pin)  # nothing new to seal, but still this officer's own act
        _void(live.filter(pk=asked.pk), Decision.VoidReason.ANSWERED)
    process.save(update_fields=["level", "outcome", "revision"])
    trail.record("case.supplemented", subject=case, by=by, details={"changed": changed, "content": content})
    _finish(_open_task(process, CaseFlow.supplement), by)


def _seal_first_level(case: Case, *, by: Officer, pin: str, opinion: str, content: str) -> None:
    case.revision += 1
    document = casefiles.prepare(case)
    application = seals.sign_step(
        document_id=document.pk,
        level=1,
        step=case.chain[0],
        by=by,
        pin=pin,
        opinion=opinion,
        office=case.station,
        last=len(case.chain) == 1,
    )
    _decide(case, 1, by=by, outcome=Outcome.APPROVE, opinion=opinion, content=content, application=application)
    chain.await_seal(case, 1)
    trail.record(
        "case.handed_up",
        subject=case,
        by=by,
        details={"revision": case.revision, "content": content, "document": document.sha256},
    )


@trail.records_refusal("case.decide", subject=SUBJECT, key="case_id")
def decide(
    *,
    case_id: int,
    level: int,
    outcome: str,
    by: Officer,
    seen: str,
    pin: str = "",
    opinion: str = "",
    legal_basis: str = "",
) -> Decision:
    """Decide one level: approve, return for supplement, or refuse.

    `level` and `seen` say what the officer's screen showed; a decision about anything else is not taken.
    Approving and refusing are sealed with the officer's key, opened by `pin`. Raises NotPermitted,
    AlreadyDecided, WrongState, SealNotOn, NoSuchOutcome, ContentChanged, OpinionNeeded, LegalBasisNeeded, WrongPin.
    """
    with _under_way(case_id) as (process, case):
        policies.require(by, "case.decide", Turn(case, level))
        started = _require_turn(process, case, level)
        if outcome not in Outcome.values:
            raise errors.NoSuchOutcome
        content = _require_seen(case, seen)
        opinion = opinion.strip()[:200] or ("同意" if outcome == Outcome.APPROVE else "")
        if not opinion:
            raise errors.OpinionNeeded
        if outcome == Outcome.REFUSE and not legal_basis.strip():
            raise errors.LegalBasisNeeded
        application = None
        if outcome != Outcome.RETURN:
            document = seals.current_case_file(case.pk)
            application = seals.sign_step(
                document_id=document.pk,
                level=level,
                step=case.chain[level - 1],
                by=by,
                pin=pin,
                opinion=opinion if outcome == Outcome.APPROVE else f"不予办理：{opinion}",
                office=office_of(case.chain[level - 1], case.station),
                last=level == len(case.chain),
            )
        decision = _decide(
            case,
            level,
            by=by,
            outcome=outcome,
            opinion=opinion,
            content=content,
            application=application,
            legal_basis=legal_basis.strip()[:200],
        )
        if outcome == Outcome.RETURN:
            chain.send_back(case)
        else:
            chain.await_seal(case, level)
        trail.record(
            f"case.level_{outcome}",
            subject=case,
            by=by,
            details={"level": level, "step": decision.step, "content": content, "decision": decision.pk},
        )
        started.outcome = outcome
        started.save(update_fields=["outcome"])
        _finish(_open_task(started, CaseFlow.decide), by)
        return decision


@trail.records_refusal("case.withdraw", subject=SUBJECT, key="case_id")
def withdraw(*, case_id: int, by: Officer, reason: str) -> Case:
    """The applicant takes the request back before the decision.

    Raises NotPermitted, WrongState, LastWordSpoken, ReasonNeeded.
    """
    with _under_way(case_id) as (process, case):
        policies.require(by, "case.withdraw", case)
        transitions.require(case, Verb.WITHDRAW)
        if _last_word_spoken(case):
            raise errors.LastWordSpoken
        if not reason.strip():
            raise case_errors.ReasonNeeded
        if process is not None:
            # Fresh under the lock: cancelling a stale process could overwrite a decided one (Viewflow trap).
            CaseFlow.instance.cancel(CaseProcess.objects.get(pk=process.pk))
        case.status, case.closed_at = Case.Status.WITHDRAWN, clock.now()
        case.awaiting_role, case.awaiting_office, case.awaiting_since = "", None, None
        case.save()
        trail.record("case.withdrawn", subject=case, by=by, details={"level": case.level})
        push.announce(group=f"office-{case.station_id}", kind="case_changed", case=case.pk)
        return case


def continue_after_seal(application: SealApplication) -> None:
    """The seal of a level is on: let the flow climb. Harmless when it has climbed already."""
    with _under_way(application.document.case_id) as (process, _case):
        if process is None or process.level != application.level:
            return
        task = Task.objects.filter(process_id=process.pk, flow_task=CaseFlow.seal, finished=None).first()
        if task is not None and application.document.revision == process.revision:
            CaseFlow.seal.run(task)


def _require_turn(process: CaseProcess | None, case: Case, level: int) -> CaseProcess:
    """The process, when it waits for the decision of `level`. Raises AlreadyDecided, WrongState, SealNotOn."""
    if Decision.objects.filter(case=case, level=level, voided_at=None).exists():
        raise errors.AlreadyDecided
    transitions.require(case, Verb.DECIDE)
    if process is None or case.awaiting_office is None or process.level != level:
        raise errors.SealNotOn
    return process


def _last_word_spoken(case: Case) -> bool:
    """True when the case is decided, even while the seal of that decision is still being put on."""
    live = Decision.objects.filter(case=case, voided_at=None)
    return live.filter(Q(outcome=Outcome.REFUSE) | Q(outcome=Outcome.APPROVE, level=len(case.chain))).exists()


def _require_seen(case: Case, seen: str) -> str:
    content = folders.content_digest(case)
    if content != seen:
        raise case_errors.ContentChanged
    return content


def _decide(
    case: Case,
    level: int,
    *,
    by: Officer,
    outcome: str,
    opinion: str,
    content: str,
    application: SealApplication | None,
    legal_basis: str = "",
) -> Decision:
    office = office_of(case.chain[level - 1], case.station)
    return Decision.objects.create(
        case=case,
        level=level,
        step=case.chain[level - 1],
        revision=case.revision,
        officer=by,
        office=office,
        officer_name=by.name,
        office_name=office.name,
        outcome=outcome,
        opinion=opinion,
        legal_basis=legal_basis,
        content_digest=content,
        application=application,
        decided_at=clock.now(),
    )


def _void(decisions: QuerySet[Decision], reason: str) -> None:
    decisions.update(voided_at=clock.now(), voided_reason=reason)


def _open_task(process: CaseProcess, node: object) -> Task:
    return Task.objects.get(process_id=process.pk, flow_task=node, finished=None)


def _finish(task: Task, by: Officer) -> None:
    with task.activation() as activation:
        activation.assign(by)
        activation.start(None)
        activation.execute()
