"""Asking before deciding: investigation, co-signature of another station, public notice.

The station may ask before it hands a case up, and later the officer whose turn it is. Meanwhile the case is suspended
and its clock stands still (domain.md §11, 10). An answer brings it back to where it was asked; when pages came with the
answer of the case's own station, the station seals the new content first.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Office, Officer
from hukou.catalogue import queries as catalogue
from hukou.kernel import clock, push
from workflows.cases import budgets, folders, transitions
from workflows.cases.models import Case
from workflows.cases.transitions import Verb
from workflows.seals import actions as seals
from workflows.seals.consent import NOTHING, Consent

from . import chain, errors, late_answers
from .first_level import begin_anew
from .flows import ENQUIRE, CaseFlow
from .models import CaseProcess, Enquiry
from .rules import Asking, Turn
from .standing import Standing
from .under_way import SUBJECT, finish, live, locked, require_seen, require_turn, turned

Kind, Result = Enquiry.Kind, Enquiry.Result
LONGEST_AGO = 60
"""Days a public notice may hang before it is noted: it may be put up while the station still investigates."""


@trail.records_refusal("case.ask", subject=SUBJECT, key="case_id")
def ask(
    *, case_id: int, kind: str, by: Officer, question: str, office: Office | None = None, posted_on: date | None = None
) -> Enquiry:
    """Ask, and suspend the case until the answer.

    `office`: the other station of a co-signature; everything else is answered by the case's own. `posted_on`: the day
    a public notice was put up. Raises NotPermitted, WrongState, SealNotOn, ClaimedByOther, AlreadyDecided,
    NoSuchEnquiry, QuestionNeeded, BadPosting.
    """
    with locked(case_id) as (process, case):
        level = case.level if process is not None else 0
        asking = Turn(case, level)
        policies.require(by, "case.ask", asking)
        transitions.require(case, Verb.ASK)
        turn = require_turn(process, asking, by) if process is not None else None
        if kind not in Kind.values or (kind == Kind.PUBLIC_NOTICE and turn is not None):
            raise errors.NoSuchEnquiry
        enquiry = Enquiry(
            case=case,
            kind=kind,
            level=level,
            office=_who_answers(case, kind, office),
            question=question.strip()[:200],
            asked_by=by,
            asked_at=clock.now(),
        )
        if kind == Kind.PUBLIC_NOTICE:
            _post(enquiry, posted_on)
        if not enquiry.question:
            raise errors.QuestionNeeded
        enquiry.save()
        chain.await_answer(case, enquiry)
        trail.record("case.asked", subject=case, by=by, details=_facts(enquiry))
        if turn is not None:
            turned(turn, ENQUIRE)
            finish(turn, CaseFlow.decide, by)
        return enquiry


@trail.records_refusal("case.answer", subject=SUBJECT, key="case_id")
def answer(*, case_id: int, by: Officer, seen: str, result: str, words: str, consent: Consent = NOTHING) -> Enquiry:
    """Answer the open enquiry; the case goes back to where it was asked.

    The officer's consent proves who answers. `seen`: the look the screen showed. Raises NotPermitted, WrongState,
    EnquiryAnswered, AnswerNeeded, NoticeRunning, ContentChanged, MaterialsMissing, WrongPin.
    """
    with locked(case_id) as (process, case):
        enquiry = _latest(case)
        policies.require(by, "case.answer", Asking(case, enquiry))
        if enquiry is not None and enquiry.answered_at is not None:
            raise errors.EnquiryAnswered
        transitions.require(case, Verb.ANSWER)
        assert enquiry is not None  # what suspends a case is its open enquiry
        content = require_seen(Standing(case), seen)
        words = words.strip()[:400]
        if result not in Result.values or not words:
            raise errors.AnswerNeeded
        if result == Result.POSITIVE and enquiry.ends_on is not None and clock.today() <= enquiry.ends_on:
            raise errors.NoticeRunning(day=enquiry.ends_on)
        enquiry.result, enquiry.answer = result, words
        enquiry.answered_by, enquiry.answered_at = by, clock.now()
        enquiry.save()
        trail.record("case.answered", subject=case, by=by, details=_facts(enquiry))
        budgets.resume(case)
        late_answers.over(case)
        if process is None:
            seals.require_consent(case_id=case.pk, by=by, consent=consent, to=_said(enquiry))
            case.status = Case.Status.ACCEPTED
            left = chain.nobodys_turn(case)
            case.save(update_fields=["status", *chain.TURN])
            push.announce_each([*left, chain.to_station(case)])
        else:
            _go_back(process, case, enquiry, by=by, consent=consent, content=content)
        return enquiry


def _go_back(
    process: CaseProcess, case: Case, enquiry: Enquiry, *, by: Officer, consent: Consent, content: str
) -> None:
    if live(case).exclude(content_digest=content).exists():
        # Pages came with the answer: a new content, which the station's desk seals before anybody decides on it.
        policies.require(by, "case.hand_up", case)
        missing = folders.of(case).missing_of("acceptance", "investigation")
        if missing:
            raise folders.missing_error(missing)
        begin_anew(process, case, by=by, consent=consent, opinion="已补充调查材料，重新上报", content=content)
    else:
        seals.require_consent(case_id=case.pk, by=by, consent=consent, to=_said(enquiry))
    finish(process, CaseFlow.enquire, by)


def _said(enquiry: Enquiry) -> str:
    return f"answer {enquiry.pk} {enquiry.result} {enquiry.answer}"


def was_asked(by: Officer, case_id: int) -> bool:
    """True when the officer might have given the last answer about a case, which their office may not see any more."""
    case = Case.objects.with_context().filter(pk=case_id).first()
    return case is not None and policies.allow(by, "case.answer", Asking(case, _latest(case)))


def public_notice_days(case: Case) -> int:
    """Days the sub-type must be published; 0 for most."""
    return int(str(catalogue.spec_of(case.subtype).raw.get("public_notice_days") or 0))


def require_published(case: Case) -> None:
    """Raise PublicNoticeNeeded while a notice the sub-type asks for has not been answered."""
    days = public_notice_days(case)
    if days and not Enquiry.objects.filter(case=case, kind=Kind.PUBLIC_NOTICE, answered_at__isnull=False).exists():
        raise errors.PublicNoticeNeeded(days=days)


def _latest(case: Case) -> Enquiry | None:
    """The open enquiry; when there is none, the one answered last."""
    return Enquiry.objects.filter(case=case).select_related("office").order_by("pk").last()


def _who_answers(case: Case, kind: str, office: Office | None) -> Office:
    if kind != Kind.COSIGN:
        return case.station
    if office is None or office.level != Office.Level.STATION or office.pk == case.station_id:
        raise errors.NoSuchEnquiry
    return office


def _post(enquiry: Enquiry, posted_on: date | None) -> None:
    today = clock.today()
    if posted_on is None or not today - timedelta(days=LONGEST_AGO) <= posted_on <= today:
        raise errors.BadPosting(days=LONGEST_AGO)
    days = public_notice_days(enquiry.case) or 7
    enquiry.posted_on, enquiry.ends_on = posted_on, posted_on + timedelta(days=days)
    enquiry.question = enquiry.question or "公示"


def said(details: Mapping[str, Any]) -> str:
    """An event about an enquiry in words: what was asked, and what came of it."""
    words = [Kind(details["kind"]).label]
    if details.get("result"):
        words.append(Result(details["result"]).label)
    return " · ".join(str(word) for word in words)


def _facts(enquiry: Enquiry) -> dict[str, object]:
    return {
        "kind": enquiry.kind,
        "level": enquiry.level,
        "office": enquiry.office.code,
        **({"result": enquiry.result} if enquiry.result else {}),
        **({"ends_on": enquiry.ends_on.isoformat()} if enquiry.ends_on else {}),
    }
