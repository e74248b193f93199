"""A case under way: its locks, its open task, and what an officer's screen showed of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import QuerySet
from viewflow.workflow.models import Task

from audit.trail import actions as trail
from hukou.accounts.models import Officer
from hukou.kernel import canonical, clock
from hukou.kernel.errors import Conflict
from workflows.cases import errors as case_errors
from workflows.cases import folders, transitions
from workflows.cases.models import Case
from workflows.cases.transitions import Verb

from . import changes, errors
from .models import CaseProcess, Decision
from .nodes import HaltActivation
from .rules import Turn
from .standing import Standing

SUBJECT = "cases.case"


@contextmanager
def locked(case_id: int) -> Iterator[tuple[CaseProcess | None, Case]]:
    """The process (when there is one) and the case, both locked for this transaction.

    Raises NotFound, and Conflict when the case was handed up while this transaction waited for it.
    """
    with transaction.atomic(), trail.together():
        # One statement locks the process and then its case.
        found = CaseProcess.objects.select_for_update(of=("self", "case")).select_related("case")
        process = found.filter(case_id=case_id).first()
        case = Case.objects.lock(case_id) if process is None else Case.objects.with_context().get(pk=case_id)
        if process is not None:
            process.case = case
        # Begun meanwhile: to lock it now would be the wrong order, and to act without it would leave it running.
        if process is None and CaseProcess.objects.filter(case_id=case_id).exists():
            raise Conflict
        yield process, case


def look(case: Case, content: str | None = None) -> str:
    """Digest of all a decision rests on: pages and form, the decisions that stand, what was asked and answered.

    `content`: the content digest of the case, where it is known already.
    """
    return Standing(case).look(content or folders.content_digest(case))


def require_seen(standing: Standing, seen: str) -> str:
    """The content digest of the case, when `seen` is still its look; the content is kept. Raises ContentChanged."""
    content = folders.content(standing.case)
    digest = canonical.digest(content)
    if standing.look(digest) != seen:
        raise case_errors.ContentChanged
    if all(decision.content_digest != digest for decision in standing.decisions):  # else it was kept then
        changes.keep(standing.case, digest, content)
    return digest


def require_turn(process: CaseProcess | None, turn: Turn, by: Officer) -> CaseProcess:
    """The process, when it waits for the decision of this turn and nobody else has taken the task.

    Raises AlreadyDecided, WrongState, SealNotOn, ClaimedByOther.
    """
    case = turn.case
    if turn.standing.decided(turn.level):
        raise errors.AlreadyDecided
    transitions.require(case, Verb.DECIDE)
    if process is None or case.awaiting_office is None or process.level != turn.level:
        raise errors.SealNotOn
    if case.claimed_by_id not in (None, by.pk):
        raise errors.ClaimedByOther
    return process


def live(case: Case) -> QuerySet[Decision]:
    """The decisions that stand."""
    return Decision.objects.filter(case=case, voided_at=None)


def void(decisions: QuerySet[Decision], reason: str) -> None:
    """Let decisions stand no longer; they stay, with when and why."""
    decisions.update(voided_at=clock.now(), voided_reason=reason)


def turned(process: CaseProcess, outcome: str) -> None:
    """Say how the turn of an officer ended; the flow goes on by it."""
    if process.outcome != outcome:
        process.outcome = outcome
        process.save(update_fields=["outcome"])


def finish(process: CaseProcess, node: object, by: Officer) -> None:
    """Finish the open human task at `node`; the flow goes on."""
    task = Task.objects.get(process_id=process.pk, flow_task=node, finished=None)
    task.process = process  # the caller's, under the caller's lock: Viewflow would lock and read it again
    activation = HaltActivation(task)
    activation.take(by)
    activation.execute()
