"""The turns a case can take beside the straight way: one table of acts, each a button, a dialog and an address.

Turn away, ask, answer, take, give back, give on, urge, call back, complete. A new act is one entry here and a verb.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from hukou.accounts import policies
from hukou.accounts.models import Duty, Office, Officer
from hukou.kernel import clock
from hukou.kernel.errors import NotFound
from workflows.approvals import claims, enquiries
from workflows.approvals.models import Enquiry
from workflows.approvals.rules import Asking, Turn
from workflows.archive import actions as archive
from workflows.cases import actions as cases
from workflows.cases import transitions
from workflows.cases.models import Case
from workflows.cases.transitions import Verb

from . import ukey

STRAIGHT = (Verb.ANSWER, Verb.COMPLETE)
"""Acts that are the next thing to do where they are possible: the page offers them as such."""

Post = Mapping[str, str]
Fields = tuple[str, ...]


@dataclass(frozen=True)
class Act:
    """One act on a case, as the case's page offers it."""

    verb: Verb
    name: str | Promise
    """What the button says."""
    about: str | Promise
    """What happens then, for the dialog."""
    fields: Fields
    """What the dialog asks for; nothing: the button acts at once."""
    run: Callable[[Officer, int, Post], object]
    done: str | Promise
    """Said when it is done."""
    rule: str = ""
    """The policy asked; "" for `case.<verb>`."""
    stop: bool = False
    """True for an act that ends or undoes something."""
    key: str = ""
    """Its key on the decision page."""


ACTS: dict[str, Act] = {
    act.verb.value.replace("_", "-"): act
    for act in (
        Act(
            Verb.CLAIM,
            gettext_lazy("Take the case"),
            "",
            (),
            lambda by, pk, post: claims.claim(case_id=pk, by=by),
            gettext_lazy("The case lies on your desk; colleagues see that you have it."),
            rule="case.decide",
            key="t",
        ),
        Act(
            Verb.RELEASE,
            gettext_lazy("Give back"),
            "",
            (),
            lambda by, pk, post: claims.release(case_id=pk, by=by),
            gettext_lazy("The case is free for your colleagues again."),
            key="t",
        ),
        Act(
            Verb.REASSIGN,
            gettext_lazy("Give to a colleague"),
            gettext_lazy("The officer you choose gets the case, whoever has it now; others cannot decide it."),
            ("to", "reason"),
            lambda by, pk, post: claims.reassign(
                case_id=pk, by=by, to=_officer(post.get("to", "")), reason=post.get("reason", "")
            ),
            gettext_lazy("The case has been given to another officer."),
        ),
        Act(
            Verb.ASK,
            gettext_lazy("Ask first"),
            gettext_lazy("The case is suspended and its time stands still until the answer is there."),
            ("kind", "office", "posted_on", "question"),
            lambda by, pk, post: enquiries.ask(
                case_id=pk,
                kind=post.get("kind", ""),
                by=by,
                question=post.get("question", ""),
                office=Office.objects.filter(pk=_number(post.get("office", ""))).first(),
                posted_on=_day(post.get("posted_on", "")),
            ),
            gettext_lazy("Asked. The case is suspended until the answer is there."),
            key="q",
        ),
        Act(
            Verb.ANSWER,
            gettext_lazy("Answer"),
            gettext_lazy("With your PIN you stand for this answer; the case goes on where it was asked."),
            ("result", "words", "pin"),
            lambda by, pk, post: enquiries.answer(
                case_id=pk,
                by=by,
                seen=post.get("seen", ""),
                result=post.get("result", ""),
                words=post.get("words", ""),
                consent=ukey.consent_of(post),
            ),
            gettext_lazy("The answer is on record; the case goes on."),
        ),
        Act(
            Verb.URGE,
            gettext_lazy("Urge"),
            gettext_lazy("The office whose turn it is is asked to hurry, at most once a day."),
            ("reason",),
            lambda by, pk, post: claims.urge(case_id=pk, by=by, reason=post.get("reason", "")),
            gettext_lazy("The office has been urged."),
        ),
        Act(
            Verb.RECALL,
            gettext_lazy("Call back"),
            gettext_lazy(
                "All decisions so far become void and stay on record; the station begins the chain again. "
                "For mistakes that must not go on."
            ),
            ("reason",),
            lambda by, pk, post: claims.recall(
                case_id=pk, by=by, seen=post.get("seen", ""), reason=post.get("reason", "")
            ),
            gettext_lazy("The case has been called back to its station."),
            stop=True,
        ),
        Act(
            Verb.TURN_AWAY,
            gettext_lazy("Do not accept"),
            gettext_lazy("The request ends here. The applicant gets the reason and its legal basis in writing."),
            ("reason", "legal_basis"),
            lambda by, pk, post: cases.turn_away(
                case_id=pk, by=by, reason=post.get("reason", ""), legal_basis=post.get("legal_basis", "")
            ),
            gettext_lazy("The request has not been accepted."),
            stop=True,
        ),
        Act(
            Verb.COMPLETE,
            gettext_lazy("Entered in the population system"),
            gettext_lazy("States that the result is in the population information system."),
            ("number",),
            lambda by, pk, post: archive.complete_case(case_id=pk, by=by, number=post.get("number", "")),
            gettext_lazy("The case is completed."),
        ),
    )
}


def offered(case: Case, officer: Officer) -> dict[str, Any]:
    """For the case's page: the acts this officer may do now, what is being asked, and what the dialogs choose from."""
    turn = Turn(case, case.level)
    asked = turn.standing.open_enquiry
    offers = {name: act for name, act in ACTS.items() if _may(act, turn, officer)}
    if "claim" in offers and case.claimed_by_id is not None:
        del offers["claim"]
    if "release" in offers and case.claimed_by_id != officer.pk:
        del offers["release"]
    return {
        "acts": offers,
        "beside": {name: act for name, act in offers.items() if act.verb not in STRAIGHT},
        "asked": asked,
        "enquiries": turn.standing.enquiries,
        "kinds": _kinds(case) if "ask" in offers else [],
        "stations": _other_stations(case) if "ask" in offers else [],
        "colleagues": _colleagues(case) if "reassign" in offers else [],
        "results": Enquiry.Result.choices,
        "today": clock.today(),
        "urgings": list(case.urgings.select_related("urged_by")) if case.number else [],
    }


def _may(act: Act, turn: Turn, officer: Officer) -> bool:
    case = turn.case
    if not transitions.possible(case, act.verb):
        return False
    of_level = act.verb in (Verb.CLAIM, Verb.RELEASE, Verb.REASSIGN, Verb.ASK, Verb.RECALL)
    if of_level and case.status == Case.Status.IN_REVIEW and case.awaiting_office_id is None:
        return False  # a seal is being put on: nobody's turn
    subject: object = turn if of_level else case
    if act.verb == Verb.ANSWER:
        subject = Asking(case, turn.standing.open_enquiry)
    return policies.allow(officer, act.rule or f"case.{act.verb.value}", subject)


def _kinds(case: Case) -> list[tuple[str, str]]:
    days = enquiries.public_notice_days(case)
    return [
        (kind, str(label))
        for kind, label in Enquiry.Kind.choices
        if kind != Enquiry.Kind.PUBLIC_NOTICE or (days and not case.level)
    ]


def _other_stations(case: Case) -> list[Office]:
    return list(Office.objects.filter(level=Office.Level.STATION).exclude(pk=case.station_id))


def _colleagues(case: Case) -> list[Officer]:
    """Officers of the awaited office who may decide the case."""
    duties = (
        Duty.objects.in_force(clock.today())
        .filter(office=case.awaiting_office, role=case.awaiting_role)
        .select_related("officer")
    )
    step = Turn(case, case.level)
    return [duty.officer for duty in duties if policies.allow(duty.officer, "case.decide", step)]


def _officer(number: str) -> Officer:
    found = Officer.objects.filter(number=number).first()
    if found is None:
        raise NotFound
    return found


def _number(said: str) -> int:
    return int(said) if said.isdecimal() and len(said) < 10 else 0


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None
