"""Two and eight people press buttons about one case at the same moment: one of them acts, the others are told why not.

A few rounds of each race in every run, and RACE_ROUNDS (1000) of each with `-m nightly`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from hukou.accounts.models import Duty, Office, Officer
from hukou.calendar import actions as calendar
from hukou.calendar import publication
from hukou.calendar import queries as calendar_queries
from hukou.console.refusals import HeldByOthers
from hukou.kernel.errors import Conflict, WrongState
from tests.support import cases
from tests.support.at_once import at_once
from tests.support.people import make_officer
from tests.support.pressing import (
    Press,
    Reply,
    can_go_on,
    no_job_is_double,
    nothing_is_double,
    one_acted,
    pressed_at_once,
    told_409,
)
from tests.support.reckoning import as_the_calendar_says, follow, weekdays_ahead
from workflows.approvals import claims, enquiries, errors
from workflows.approvals.models import CaseProcess, Decision, Enquiry
from workflows.archive import verify
from workflows.cases import errors as case_errors
from workflows.cases.models import Case
from workflows.seals.models import SealApplication

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

S, Role = Case.Status, Duty.Role
TWO_LEVELS, THREE_LEVELS = "0103", "1102"
A_NIGHT = int(os.environ.get("RACE_ROUNDS", "1000"))
"""Rounds of each race, half of them by two and half by eight people."""
FEW = 2
"""Rounds of each race in every run."""

Button = Callable[[Officer], Press]
"""Whoever presses it."""


@dataclass
class Race:
    """So many people, so many rounds, at one station."""

    people: int
    rounds: int
    station: Office
    clerk: Officer
    leader: Officer
    branch_officer: Officer
    raced: int = 0
    """Cases that have been raced for."""

    def crowd(self, first: Officer, role: str, many: int) -> list[Officer]:
        """`first` and others of the same duty and office, each with a seal."""
        more = [make_officer(f"同事{n}", role, first.duties_on()[0].office) for n in range(1, many)]
        cases.give_seals(*more)
        return [first, *more]

    def leaders(self) -> list[Officer]:
        """Who may decide level 2."""
        return self.crowd(self.leader, Role.STATION_LEADER, max(2, self.people // 2))

    def clerks(self) -> list[Officer]:
        """Who may act for the desk."""
        return self.crowd(self.clerk, Role.DESK_OFFICER, max(2, self.people // 2))

    def presses(self, *sides: tuple[Button, list[Officer]]) -> list[Press]:
        """As many presses as people take part; the sides and, on each side, its officers take turns."""
        chosen = [(*sides[n % len(sides)], n // len(sides)) for n in range(self.people)]
        return [button(officers[turn % len(officers)]) for button, officers, turn in chosen]

    def at_level_2(self, subtype: str = TWO_LEVELS) -> Case:
        """A case in the inbox of the leaders."""
        return cases.handed_up(self.station, self.clerk, subtype)

    def cases(
        self, new: Callable[[], Case], onward: Callable[[Case], Case | None] = lambda case: None
    ) -> Iterator[Case]:
        """A case for each round, standing where it is raced for: the case of the last round when `onward` brings it there
        again, ten times at most, and otherwise a new one.
        """
        case, age = None, 0
        for turn in range(1, self.rounds + 1):
            if case is None:
                case, age = new(), 0
            yield case
            self.look(case)
            age += 1
            back = onward(cases.again(case)) if age < 10 and turn < self.rounds else None
            if back is None:
                self.end(case)
                shutil.rmtree(
                    Path(settings.HUKOU_DATA_DIR, "documents"), ignore_errors=True
                )  # ten megabytes each, for a night of cases
            case = back

    def look(self, case: Case) -> None:
        """Nothing was done twice, and the case stands ready to go on or has nothing left to do."""
        can_go_on(case)
        no_job_is_double(case)

    def end(self, case: Case) -> Case:
        """Carry the case to its end, in a night every tenth of them, and look again."""
        self.raced += 1
        if self.rounds > FEW and self.raced % 10 != 1:
            return case
        # Nobody approves over a no.
        outcome = "refuse" if Enquiry.objects.filter(case=case, result="negative").exists() else "approve"
        case = cases.put_on_seals(case)
        while case.status in (S.ACCEPTED, S.RETURNED, S.IN_REVIEW):
            if case.status == S.IN_REVIEW:
                who = case.claimed_by or (self.leader if case.level == 2 else self.branch_officer)
                case = cases.decided(case, who, outcome)
            else:
                case = cases.sent_up(case, self.clerk)
        if case.status != S.WITHDRAWN:
            case = cases.filed(cases.noticed(case), self.clerk)
            assert verify.verify_case(case).held
        nothing_is_double(case)
        no_job_is_double(case)
        return case


@pytest.fixture(params=[2, 8], ids=["two", "eight"])
def people(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(
    params=[0, pytest.param(A_NIGHT // 2, marks=[pytest.mark.nightly, pytest.mark.timeout(8 * 3600)])],
    ids=["few", "many"],
)
def race(
    people: int,
    request: pytest.FixtureRequest,
    station: Office,
    clerk: Officer,
    leader: Officer,
    branch_officer: Officer,
) -> Race:
    cases.give_seals(clerk, leader)
    return Race(people, request.param or (FEW if people == 2 else 1), station, clerk, leader, branch_officer)


def deciding(case: Case, outcome: str) -> Button:
    """Decides level 2 over exactly what is there now."""
    typed = {"level": "2", "seen": cases.seen(case), "outcome": outcome, "pin": cases.PIN}
    typed |= {"opinion": "材料齐全，情况属实。", "legal_basis": "《户口登记条例》第十八条"}
    return lambda by: Press(by, reverse("case_decide", args=[case.pk]), typed)


def handing_up(case: Case) -> Button:
    """Hands the case up, or answers its return."""
    typed = {"seen": cases.seen(case), "pin": cases.PIN}
    return lambda by: Press(by, reverse("case_hand_up", args=[case.pk]), typed)


def withdrawing(case: Case) -> Button:
    """Takes the request back."""
    return lambda by: Press(by, reverse("case_withdraw", args=[case.pk]), {"reason": "申请人撤回"})


def turning(case: Case, act: str, **typed: str) -> Button:
    """Does one of the acts beside the straight way."""
    typed |= {"seen": cases.seen(case)}
    return lambda by: Press(by, reverse("case_turn", args=[case.pk, act]), typed)


def test_a_level_decided_by_many_is_decided_once(race: Race) -> None:
    leaders = race.leaders()
    for turn, case in enumerate(race.cases(race.at_level_2)):
        approve, refuse = deciding(case, "approve"), deciding(case, "refuse")
        # Every other time it is one officer in many windows.
        others = leaders[::-1] if turn % 2 else leaders[:1]
        presses = race.presses((approve, leaders if turn % 2 else leaders[:1]), (refuse, others))
        won = one_acted(pressed_at_once(*presses), errors.AlreadyDecided)
        decision = Decision.objects.get(case=case, level=2)
        assert (decision.officer, decision.outcome) == (won.by, won.typed["outcome"])
        assert SealApplication.objects.filter(document__case=case, level=2).count() == 1


def test_a_case_claimed_by_many_lies_on_one_desk(race: Race) -> None:
    leaders = race.crowd(race.leader, Role.STATION_LEADER, race.people)

    def released(case: Case) -> Case:
        assert case.claimed_by is not None
        return claims.release(case_id=case.pk, by=case.claimed_by)

    for case in race.cases(race.at_level_2, released):
        won = one_acted(pressed_at_once(*race.presses((turning(case, "claim"), leaders))), errors.ClaimedByOther)
        assert cases.again(case).claimed_by == won.by


def test_an_approval_and_a_withdrawal_have_one_outcome(race: Race) -> None:
    leaders, clerks = race.leaders(), race.clerks()
    for case in race.cases(race.at_level_2):
        approve, withdraw = deciding(case, "approve"), withdrawing(case)
        replies = pressed_at_once(*race.presses((approve, leaders), (withdraw, clerks)))
        won = one_acted(replies, errors.AlreadyDecided, errors.LastWordSpoken, WrongState)
        approved = won.by in leaders
        assert Decision.objects.filter(case=case, level=2).count() == int(approved)
        assert (cases.again(case).status == S.WITHDRAWN) == (not approved)


def test_a_return_and_an_approval_have_one_outcome(race: Race) -> None:
    leaders = race.leaders()

    def answered(case: Case) -> Case | None:
        return cases.sent_up(case, race.clerk) if case.status == S.RETURNED else None

    for case in race.cases(race.at_level_2, answered):
        presses = race.presses((deciding(case, "approve"), leaders), (deciding(case, "return"), leaders[::-1]))
        won = one_acted(pressed_at_once(*presses), errors.AlreadyDecided)
        assert Decision.objects.get(case=case, level=2, voided_at=None).outcome == won.typed["outcome"]
        assert (cases.again(case).status == S.RETURNED) == (won.typed["outcome"] == "return")


def test_of_many_who_co_sign_one_answers(race: Race, other_station: Office) -> None:
    there = race.crowd(
        make_officer("会签人", Role.DESK_OFFICER, other_station), Role.DESK_OFFICER, max(2, race.people // 2)
    )
    cases.give_seals(there[0])

    def asked(case: Case) -> Case:
        enquiries.ask(case_id=case.pk, kind="cosign", by=race.leader, question="是否属实", office=other_station)
        return cases.again(case)

    for case in race.cases(lambda: asked(race.at_level_2()), asked):
        yes, no = (
            turning(case, "answer", result=result, words="已核实", pin=cases.PIN) for result in ("positive", "negative")
        )
        replies = pressed_at_once(*race.presses((yes, there), (no, there[::-1])))
        won = one_acted(replies, errors.EnquiryAnswered)
        enquiry = Enquiry.objects.filter(case=case).latest("pk")
        assert (enquiry.answered_by, enquiry.result) == (won.by, won.typed["result"])
        assert cases.again(case).status == S.IN_REVIEW


def test_a_return_answered_by_many_is_answered_once(race: Race) -> None:
    clerks = race.clerks()

    def returned(case: Case) -> Case:
        return cases.decided(case, race.leader, "return")

    for case in race.cases(lambda: returned(race.at_level_2()), returned):
        one_acted(pressed_at_once(*race.presses((handing_up(case), clerks))), WrongState)
        first, *returns = Decision.objects.filter(case=case).order_by("pk")
        assert first.voided_reason == ""
        assert {decision.voided_reason for decision in returns} == {"answered"}
        assert cases.again(case).level == 2


def test_a_case_handed_up_and_withdrawn_is_handed_up_once_and_leaves_nothing_running(race: Race) -> None:
    clerks = race.clerks()
    for case in race.cases(lambda: cases.accepted(race.station, race.clerk, TWO_LEVELS)):
        replies = pressed_at_once(*race.presses((handing_up(case), clerks), (withdrawing(case), clerks[::-1])))
        up, back = ([r for r in replies if r.done and r.address.endswith(end)] for end in ("hand-up/", "withdraw/"))
        # What was handed up may still be withdrawn: both may happen, in this order, and each once.
        assert len(up) <= 1
        assert len(back) <= 1
        assert up or back
        told_409([reply for reply in replies if not reply.done], Conflict, WrongState, case_errors.ContentChanged)
        assert CaseProcess.objects.filter(case=case).count() == Decision.objects.filter(case=case).count() == len(up)
        assert (cases.again(case).status == S.WITHDRAWN) == bool(back)


def test_holidays_edited_during_a_decision_are_in_its_due_times(race: Race, city_officer: Officer) -> None:
    calendar.load(publication.SHIPPED.read_bytes())
    cases.give_seals(race.branch_officer)
    leaders, days = race.leaders(), weekdays_ahead(race.people // 2)
    for turn, case in enumerate(race.cases(lambda: race.at_level_2(THREE_LEVELS))):
        kind = "plain" if turn % 2 else "off"
        edits = [marking(day, kind)(city_officer) for day in days]
        decisions = [deciding(case, "approve")(leaders[n % len(leaders)]) for n in range(race.people - len(days))]
        replies = pressed_at_once(*edits, *decisions, beside=follow)
        assert all(reply.done for reply in replies[: len(edits)]), [reply.said for reply in replies[: len(edits)]]
        one_acted(replies[len(edits) :], errors.AlreadyDecided)
        follow()
        assert as_the_calendar_says(cases.put_on_seals(case))
        working = calendar_queries.working_time().calendar
        assert {working.is_working(day) for day in days} == {kind == "plain"}


def test_who_waits_in_vain_for_a_case_is_told_to_try_again(station: Office, clerk: Officer, leader: Officer) -> None:
    cases.give_seals(clerk, leader)
    case = cases.handed_up(station, clerk, TWO_LEVELS)
    decide = deciding(case, "approve")(leader)
    browser = Client()
    browser.force_login(leader)
    replies = []

    def impatient() -> None:
        connection.cursor().execute("set lock_timeout = '100ms'")
        replies.append(Reply.of(decide, browser.post(decide.address, decide.typed)))
        connection.cursor().execute("reset lock_timeout")  # the connection goes back to the pool as it came

    with transaction.atomic():
        Case.objects.lock(case.pk)
        assert at_once(impatient) == [None]
    told_409(replies, HeldByOthers)
    assert not Decision.objects.filter(case=case, level=2).exists()
    assert browser.post(decide.address, decide.typed).status_code == 302


def marking(day: date, kind: str) -> Button:
    """Says of a day that it is off, or as the week says."""
    typed = {"first": day.isoformat(), "last": day.isoformat(), "kind": kind, "reason": "大雪"}
    return lambda by: Press(by, reverse("calendar_mark", args=[day.year]), typed)
