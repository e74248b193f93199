"""The verbs that move a case along its chain: hand up, decide, withdraw. Each takes the process lock first, then the case."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q
from viewflow.workflow.models import Task

from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.kernel import clock, push
from workflows.cases import budgets, folders, forms, transitions
from workflows.cases import errors as case_errors
from workflows.cases.models import Case
from workflows.cases.transitions import Verb
from workflows.seals import actions as seals
from workflows.seals.consent import NOTHING, Consent
from workflows.seals.models import SealApplication

from . import chain, deputies, enquiries, errors, late_answers
from .first_level import begin_anew, record_decision, seal_first_level
from .flows import CaseFlow
from .models import CaseProcess, Decision, Deputation
from .rules import Turn
from .standing import Standing
from .steps import office_of
from .tasks import write_letter
from .under_way import SUBJECT, finish, live, locked, require_seen, require_turn, turned, void

Outcome = Decision.Outcome
MOST_LINES = 20
"""Of a return in words, beside the materials: what fits the one-time notice."""


@trail.records_refusal("case.hand_up", subject=SUBJECT, key="case_id")
def hand_up(*, case_id: int, by: Officer, consent: Consent, seen: str, opinion: str = "") -> Case:
    """Hand the case up under the officer's seal; for a returned case, answer the return.

    `seen` is the look (`under_way.look`) the officer's screen showed. A supplement that changed the content makes a
    new case file and voids the decisions over the old one; an answer without change goes straight back to the level
    that asked. Raises NotPermitted, WrongState, ProxyUnnamed, MaterialsMissing, PublicNoticeNeeded, StandsAgainst,
    ContentChanged, WrongPin.
    """
    with locked(case_id) as (process, case):
        policies.require(by, "case.hand_up", case)
        transitions.require(case, Verb.HAND_UP)
        forms.require_proxy_named(case)
        missing = folders.of(case).missing_of("acceptance", "investigation")
        if missing:
            raise folders.missing_error(missing)
        enquiries.require_published(case)
        standing = Standing(case)
        standing.require_nothing_against()
        content = require_seen(standing, seen)
        if process is None:
            seal_first_level(case, by=by, consent=consent, opinion=opinion or "同意上报", content=content)
            CaseFlow.begin.run(case=case)
        else:
            _answer_return(
                process, case, by=by, consent=consent, opinion=opinion or "已补正，重新上报", content=content
            )
        case.refresh_from_db()
        return case


def _answer_return(
    process: CaseProcess, case: Case, *, by: Officer, consent: Consent, opinion: str, content: str
) -> None:
    asked = live(case).get(outcome__in=Decision.UNSEALED)
    changed = asked.outcome == Outcome.RECALL or asked.content_digest != content
    budgets.resume(case)
    if changed:
        begin_anew(process, case, by=by, consent=consent, opinion=opinion, content=content)
    else:
        # Nothing new to seal, but still this officer's own act.
        seals.require_consent(case_id=case.pk, by=by, consent=consent, to=f"supplement {asked.pk}")
        void(live(case).filter(pk=asked.pk), Decision.VoidReason.ANSWERED)
    trail.record("case.supplemented", subject=case, by=by, details={"changed": changed, "content": content})
    finish(process, CaseFlow.supplement, by)


@trail.records_refusal("case.decide", subject=SUBJECT, key="case_id")
def decide(
    *,
    case_id: int,
    level: int,
    outcome: str,
    by: Officer,
    seen: str,
    consent: Consent = NOTHING,
    opinion: str = "",
    legal_basis: str = "",
    missing: Sequence[str] = (),
) -> Decision:
    """Decide one level: approve, return for supplement, or refuse.

    `level` and `seen` say what the officer's screen showed; a decision about anything else is not taken. Approving and
    refusing are sealed with the officer's key, used by `consent`. `missing`: of a return, everything the applicant must
    bring, codes of materials and lines in words; with the opinion it is the one-time notice (一次性告知). Raises NotPermitted,
    AlreadyDecided, ClaimedByOther, WrongState, SealNotOn, NoSuchOutcome, ContentChanged, OpinionNeeded,
    LegalBasisNeeded, StandsAgainst, WrongPin.
    """
    with locked(case_id) as (process, case):
        turn, duties = Turn(case, level), policies.duties_of(by)
        policies.require(by, "case.decide", turn, duties=duties)
        started = require_turn(process, turn, by)
        if outcome not in (Outcome.APPROVE, Outcome.RETURN, Outcome.REFUSE):
            raise errors.NoSuchOutcome
        content = require_seen(turn.standing, seen)
        if outcome == Outcome.APPROVE:
            turn.standing.require_nothing_against()
        opinion = opinion.strip()[:200] or ("同意" if outcome == Outcome.APPROVE else "")
        if not opinion:
            raise errors.OpinionNeeded
        if outcome == Outcome.REFUSE and not legal_basis.strip():
            raise errors.LegalBasisNeeded
        stead = deputies.in_stead(by, case, case.chain[level - 1], duties)
        sealed = outcome != Outcome.RETURN
        application = (
            _seal(case, level, outcome, opinion, content, by=by, consent=consent, stead=stead) if sealed else None
        )
        decision = record_decision(
            case,
            level,
            by=by,
            outcome=outcome,
            opinion=opinion,
            content=content,
            application=application,
            deputation=stead,
            legal_basis=legal_basis.strip()[:200],
            missing=_told(case, missing) if outcome == Outcome.RETURN else [],
        )
        if outcome == Outcome.RETURN:
            chain.send_back(case)
            write_letter.defer(decision_id=decision.pk)
        else:
            chain.await_seal(case, level)
        trail.record(
            f"case.level_{outcome}",
            subject=case,
            by=by,
            details={"level": level, "step": decision.step, "content": content, "decision": decision.pk}
            | ({"stead_of": stead.duty.officer.number} if stead else {}),
        )
        turned(started, outcome)
        finish(started, CaseFlow.decide, by)
        return decision


def _told(case: Case, missing: Sequence[str]) -> list[str]:
    """What a return asks for, each thing once: materials in the order of the list, then other lines as written."""
    said = list(dict.fromkeys(line.strip()[:100] for line in missing))
    materials = folders.known(case, said)
    return materials + [line for line in said if line and line not in materials][:MOST_LINES]


def _seal(
    case: Case,
    level: int,
    outcome: str,
    opinion: str,
    content: str,
    *,
    by: Officer,
    consent: Consent,
    stead: Deputation | None,
) -> SealApplication:
    step = case.chain[level - 1]
    return seals.sign_step(
        case_id=case.pk,
        level=level,
        step=step,
        by=by,
        consent=consent,
        opinion=opinion if outcome == Outcome.APPROVE else f"不予办理：{opinion}",
        office=office_of(step, case.station),
        last=level == len(case.chain),
        stead_of=stead.duty.officer.name if stead else "",
        content=content,
    )


@trail.records_refusal("case.withdraw", subject=SUBJECT, key="case_id")
def withdraw(*, case_id: int, by: Officer, reason: str) -> Case:
    """The applicant takes the request back before the decision.

    Raises NotPermitted, WrongState, LastWordSpoken, ReasonNeeded.
    """
    with locked(case_id) as (process, case):
        policies.require(by, "case.withdraw", case)
        transitions.require(case, Verb.WITHDRAW)
        if _last_word_spoken(case):
            raise errors.LastWordSpoken
        case.closing_reason = reason.strip()[:200]
        if not case.closing_reason:
            raise case_errors.ReasonNeeded
        if process is not None:
            # Fresh under the lock: cancelling a stale process could overwrite a decided one (Viewflow trap).
            CaseFlow.instance.cancel(CaseProcess.objects.get(pk=process.pk))
        case.status, case.closed_at = Case.Status.WITHDRAWN, clock.now()
        left = chain.nobodys_turn(case)
        case.save()
        budgets.end(case)
        late_answers.over(case)
        trail.record("case.withdrawn", subject=case, by=by, details={"level": case.level})
        push.announce_each([*left, chain.to_station(case)])
        return case


def continue_after_seal(application: SealApplication) -> None:
    """The seal of a level is on: let the flow climb. Harmless when it has climbed already."""
    with locked(application.document.case_id) as (process, _case):
        if process is None or process.level != application.level:
            return
        task = Task.objects.filter(process_id=process.pk, flow_task=CaseFlow.seal, finished=None).first()
        if task is not None and application.document.revision == process.revision:
            CaseFlow.seal.run(task)


def _last_word_spoken(case: Case) -> bool:
    """True when the case is decided, even while the seal of that decision is still being put on."""
    return live(case).filter(Q(outcome=Outcome.REFUSE) | Q(outcome=Outcome.APPROVE, level=len(case.chain))).exists()
