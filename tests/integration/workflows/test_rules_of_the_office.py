"""Random officers try random verbs on a case, and after each the case is exactly what the rules say (support.rulebook).

What the rules allow is done; what they do not is refused and changes no row. Half of the moves are anything by anybody,
half are picked among the allowed ones, so that cases get far.
"""

from __future__ import annotations

import functools
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable
from random import Random
from typing import Any, ClassVar

import hypothesis.strategies as some
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from hukou.accounts import demo
from hukou.accounts.models import Duty, Office, Officer
from hukou.kernel import clock
from hukou.kernel.errors import DomainError, NotPermitted
from tests.support import cases
from tests.support.everything import everything_about
from tests.support.people import make_officer
from tests.support.rulebook import BRANCH, CITY, OTHER, STATION, Book, Move, Person
from workflows.approvals import actions as approvals
from workflows.approvals import claims, deputies, enquiries, notices
from workflows.approvals.models import CaseProcess, Decision, Enquiry, NoticeIssue
from workflows.archive import actions as archive
from workflows.cases import actions
from workflows.cases.models import Case
from workflows.seals.consent import Pin
from workflows.seals.keys import files
from workflows.seals.models import SEALING, SealApplication

pytestmark = pytest.mark.slow

CHAINS = {
    "0103": ("station_accept", "station_approve"),
    "1102": ("station_accept", "station_review", "branch_approve"),
    "1105": ("station_accept", "station_review", "branch_review", "city_approve"),
}
CAST = (
    Person("clerk", "chen", "desk_officer", STATION),
    Person("second_clerk", "lin", "desk_officer", STATION),
    Person("chief_who_is_the_clerk", "chen", "station_leader", STATION),
    Person("leader", "zheng", "station_leader", STATION),
    Person("deputy_leader", "shen", "station_leader", STATION),
    Person("stands_in", "wu", "community_officer", STATION, deputy_as="station_leader"),
    Person("auxiliary", "zhou", "auxiliary", STATION, sworn=False),
    Person("clerk_elsewhere", "han", "desk_officer", OTHER),
    Person("leader_elsewhere", "he", "station_leader", OTHER),
    Person("branch_officer", "yang", "branch_officer", BRANCH),
    Person("leader_now_at_the_branch", "zheng", "branch_officer", BRANCH),
    Person("city_officer", "zhu", "city_officer", CITY),
    Person("overseer", "qin", "overseer", CITY),
)
PEOPLE = {person.account: person for person in CAST}
CHOICES = {
    "update": ("0", "1", "2"),
    "decide": ("approve", "return", "refuse"),
    "reassign": ("leader", "deputy_leader", "stands_in", "branch_officer", "clerk"),
    "ask": ("investigation", "cosign"),
    "answer": ("positive", "negative"),
}
VERBS = (
    *("update", "accept", "turn_away", "hand_up", "decide", "claim", "release", "reassign"),
    *("ask", "answer", "urge", "recall", "withdraw", "complete", "file"),
)
ONWARD = ("accept", "hand_up", "decide", "answer", "complete", "file")
ENDS = ("filed", "withdrawn", "not_accepted")
SEEDS = some.integers(0, 2**32 - 1)


class RealOffice:
    """The real people, and how each move is made with the verbs of the product."""

    def __init__(self, offices: dict[str, Office]) -> None:
        self.offices = offices
        self.officers: dict[str, Officer] = {}
        humans: dict[str, str] = {}
        for person in CAST:
            officer = make_officer(
                person.account,
                person.role,
                offices[person.office],
                kind="officer" if person.sworn else "auxiliary",
                id_number=humans.get(person.human, ""),
            )
            humans[person.human] = officer.id_number
            self.officers[person.account] = officer
            if person.sworn and person.role in SEALING:
                cases.give_seals(officer)
        self._deputise("stands_in", "leader")

    def _deputise(self, deputy: str, holder: str) -> None:
        duty = Duty.objects.get(officer=self.officers[holder])
        today = clock.today()
        deputies.deputise(
            duty_id=duty.pk,
            deputy=self.officers[deputy],
            starts_on=today,
            ends_on=today,
            by=self.officers[holder],
            reason="休假",
        )

    def make(self, move: Move, case: Case) -> None:
        """Make the move. Raises DomainError."""
        by, pk = self.officers[move.by.account], case.pk
        seen = "0" * 64 if move.slip == "stale" else cases.seen(case)
        pin = "111111" if move.slip == "pin" else cases.PIN
        words, basis = "理由充分", "《户口登记条例》第十八条"
        acts: dict[str, Callable[[], object]] = {
            "update": lambda: actions.update_case(
                case_id=pk, form=application(int(move.choice)), facts=set(), judged=set(), by=by
            ),
            "accept": lambda: actions.accept_case(case_id=pk, by=by),
            "turn_away": lambda: actions.turn_away(case_id=pk, by=by, reason=words, legal_basis=basis),
            "hand_up": lambda: approvals.hand_up(case_id=pk, by=by, consent=Pin(pin), seen=seen),
            "decide": lambda: approvals.decide(
                case_id=pk,
                level=move.level,
                outcome=move.choice,
                by=by,
                seen=seen,
                consent=Pin(pin),
                opinion=words,
                legal_basis=basis,
            ),
            "claim": lambda: claims.claim(case_id=pk, by=by),
            "release": lambda: claims.release(case_id=pk, by=by),
            "reassign": lambda: claims.reassign(case_id=pk, by=by, to=self.officers[move.choice], reason=words),
            "ask": lambda: enquiries.ask(
                case_id=pk, kind=move.choice, by=by, question=words, office=self.offices[OTHER]
            ),
            "answer": lambda: enquiries.answer(
                case_id=pk, by=by, seen=seen, result=move.choice, words=words, consent=Pin(pin)
            ),
            "urge": lambda: claims.urge(case_id=pk, by=by, reason=words),
            "recall": lambda: claims.recall(case_id=pk, by=by, seen=seen, reason=words),
            "withdraw": lambda: approvals.withdraw(case_id=pk, by=by, reason=words),
            "complete": lambda: archive.complete_case(case_id=pk, by=by),
            "file": lambda: archive.file_case(case_id=pk, by=by),
        }
        acts[move.verb]()


def application(version: int) -> dict[str, str]:
    """What is typed; each version reads otherwise."""
    return demo.application() | {"reason": f"第{version}稿"}


class LifeOfACase(RuleBasedStateMachine):
    """One case of an office, and the book of what it must be."""

    office: ClassVar[RealOffice]
    tried = 0

    @initialize(subtype=some.sampled_from(sorted(CHAINS)), under_way=some.sampled_from([False, True, True]))
    def comes_to_the_window(self, subtype: str, under_way: bool) -> None:
        clerk = PEOPLE["clerk"]
        officer = self.office.officers["clerk"]
        self.case = actions.open_case(
            station=self.office.offices[STATION], subtype_code=subtype, form=application(0), facts=set(), by=officer
        )
        cases.fill(self.case, officer)
        self.book = Book(CHAINS[subtype])
        if under_way:
            self.tries(Move("accept", clerk))
            self.tries(Move("hand_up", clerk))
            self.worker_has_worked()

    @rule(
        verb=some.sampled_from(VERBS),
        by=some.sampled_from(CAST),
        data=some.data(),
        level=some.integers(1, 4),
        slip=some.sampled_from(["", "", "stale", "pin"]),
    )
    def anybody_tries_anything(self, verb: str, by: Person, data: Any, level: int, slip: str) -> None:
        choice = data.draw(some.sampled_from(CHOICES.get(verb, ("",))))
        self.tries(Move(verb, by, choice, level, slip))

    @rule(seed=SEEDS)
    def somebody_does_what_they_may(self, seed: int) -> None:
        self.one_of(VERBS, seed)

    @rule(seed=SEEDS)
    def the_case_goes_on(self, seed: int) -> None:
        if self.book.status in ENDS:
            self.comes_to_the_window(sorted(CHAINS)[seed % 3], under_way=True)
        self.worker_has_worked()
        self.one_of(ONWARD, seed)

    def one_of(self, verbs: Iterable[str], seed: int) -> None:
        """One of the allowed moves with one of these verbs, when there are any."""
        chance = Random(f"{seed} {self.tried}")  # Hypothesis likes small seeds and the same ones again
        moves: dict[str, list[Move]] = defaultdict(list)
        for verb, by in itertools.product(verbs, CAST):
            tried = [Move(verb, by, choice, self.book.level) for choice in CHOICES.get(verb, ("",))]
            moves[verb] += [move for move in tried if self.allowed(move)]
        possible = [verb for verb in moves if moves[verb]]
        if possible:
            self.tries(chance.choice(moves[chance.choice(possible)]))

    @rule()
    def worker_has_worked(self) -> None:
        if self.book.seal_due:
            cases.put_on_seals(self.case)
        self.book.seal_is_on()
        if self.book.status in ("approved", "refused"):
            notices.issue(case_id=self.case.pk)
            self.book.notice = True

    @precondition(lambda self: self.book.status == "suspended" and self.book.content < 5)
    @rule()
    def a_page_comes_with_the_enquiry(self) -> None:
        cases.place(self.case, "M_APPLY_FORM", self.office.officers["clerk"])
        self.book.content += 10

    @precondition(lambda self: self.book.status in ("approved", "completed") and not self.book.complete_papers)
    @rule()
    def the_result_is_printed_and_scanned(self) -> None:
        cases.fill(self.case, self.office.officers["clerk"], "completion")
        self.book.complete_papers = True

    def allowed(self, move: Move) -> bool:
        return self.book.may(move, PEOPLE) and self.book.possible(move, PEOPLE)

    def tries(self, move: Move) -> None:
        """Make the move; it is done or refused as the book says."""
        self.tried += 1
        self.case = cases.again(self.case)
        theirs = self.book.may(move, PEOPLE)
        if theirs and self.book.possible(move, PEOPLE):
            self.office.make(move, self.case)
            self.book.after(move)
            return
        before = everything_about(self.case)
        with pytest.raises(DomainError) as refusal:
            self.office.make(move, self.case)
        if not theirs:
            assert isinstance(refusal.value, NotPermitted), refusal.value
        assert everything_about(self.case) == before

    @invariant()
    def the_case_is_what_the_book_says(self) -> None:
        if not hasattr(self, "book"):
            return
        case, book = cases.again(self.case), self.book
        asked = Enquiry.objects.filter(case=case, answered_at=None).first()
        role, office = book.turn()
        process = CaseProcess.objects.filter(case=case).first()
        decided = Decision.objects.filter(case=case)
        real = {
            "status": case.status,
            "level": case.level,
            "chain": tuple(case.chain),
            "accepted": case.accepted_by.id_number if case.accepted_by else "",
            "turn": (case.awaiting_role, case.awaiting_office),
            "holder": case.claimed_by,
            "asked": (asked.kind, asked.office) if asked else None,
            "standing": {d.level: (d.officer, d.outcome) for d in decided.filter(voided_at=None)},
            "decisions": decided.count(),
            "seals": SealApplication.objects.filter(document__case=case, level__gt=0).count(),
            "seals due": SealApplication.objects.filter(document__case=case).exclude(state="applied").exists(),
            "notices": NoticeIssue.objects.filter(case=case).count(),
            "process": process.status if process else "",
        }
        offices, officers = self.office.offices, self.office.officers
        ended = {"withdrawn": "CANCELED"} | dict.fromkeys(("approved", "refused", "completed", "filed"), "DONE")
        assert real == {
            "status": book.status,
            "level": book.level,
            "chain": book.chain if book.accepted_by else (),
            "accepted": self.human(book.accepted_by),
            "turn": (role, offices[office] if office else None),
            "holder": officers.get(book.holder),
            "asked": (book.asked[0], offices[book.asked[1]]) if book.asked else None,
            "standing": {level: (officers[made.by], made.outcome) for level, made in book.standing.items()},
            "decisions": book.ever,
            "seals": book.seals,
            "seals due": book.seal_due,
            "notices": int(book.notice),
            "process": ended.get(book.status, "NEW") if book.running else "",
        }

    @invariant()
    def nobody_decides_twice_in_one_case(self) -> None:
        if not hasattr(self, "case"):
            return
        case = cases.again(self.case)
        above = Decision.objects.filter(case=case, voided_at=None, level__gt=1).exclude(outcome="recall")
        humans = [made.officer.id_number for made in above.select_related("officer")]
        first = Decision.objects.filter(case=case, voided_at=None, level=1).select_related("officer")
        desk = {made.officer.id_number for made in first} | {case.accepted_by.id_number if case.accepted_by else ""}
        assert len(set(humans)) == len(humans)
        assert not set(humans) & desk

    def human(self, name: str) -> str:
        """The ID number of a human being."""
        return next((self.office.officers[p.account].id_number for p in CAST if p.human == name), "")


@pytest.mark.parametrize(
    ("examples", "steps"),
    [(5, 25), pytest.param(2000, 60, marks=[pytest.mark.nightly, pytest.mark.timeout(8 * 3600)])],
    ids=["few", "many"],
)
def test_a_case_is_always_what_the_rules_say(
    examples: int,
    steps: int,
    monkeypatch: pytest.MonkeyPatch,
    city: Office,
    branch: Office,
    station: Office,
    other_station: Office,
) -> None:
    cases.load_catalogue()
    # The same PIN of the same key: stretched once, for it takes most of the time of a decision.
    monkeypatch.setattr(files, "stretched", functools.cache(files.stretched))
    LifeOfACase.office = RealOffice({CITY: city, BRANCH: branch, STATION: station, OTHER: other_station})
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        LifeOfACase,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=examples < 100,
            suppress_health_check=list(HealthCheck),
        ),
    )
