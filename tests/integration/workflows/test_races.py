"""Two people at the same moment: one of them acts, the other is told, and the case is never half of each."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from hukou.accounts import demo
from hukou.accounts.models import Officer
from hukou.kernel import id_numbers
from hukou.kernel.errors import Conflict, DomainError, WrongState
from tests.support.at_once import Attempt, at_once
from tests.support.nights import by_day
from tests.support.stages import PIN, Bureau, fresh, put_on_seals
from workflows.approvals.models import CaseProcess, Decision
from workflows.approvals.under_way import look
from workflows.archive import verify
from workflows.archive.models import LateCapture
from workflows.cases.errors import SittingOver
from workflows.cases.models import Case, NumberCounter
from workflows.seals import actions as seals
from workflows.seals.models import SealApplication

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

S = Case.Status
ROUNDS = by_day(1, range(3))


def while_another_waits(case: Case, first: Callable[[], object], second: Callable[[], object]) -> BaseException | None:
    """`second` arrives while `first` holds the case, and goes on when it has committed; what `second` was told."""
    with transaction.atomic():
        Case.objects.lock(case.pk)
        late = Attempt(second)
        _until_somebody_waits()
        first()
    late.join(60)
    return late.error


def _until_somebody_waits() -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("select pg_stat_clear_snapshot()")
            cursor.execute(
                "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
            )
            (waiting,) = cursor.fetchone()
        if waiting:
            return
        time.sleep(0.02)
    pytest.fail("nobody came to wait for the case")


@pytest.mark.parametrize("_round", ROUNDS)
def test_of_two_officers_deciding_one_level_one_decides(bureau: Bureau, deputy_leader: Officer, _round: int) -> None:
    seals.issue_personal_seal(officer=deputy_leader, pin=PIN)
    case = bureau.at_level(2)
    told = at_once(
        lambda: bureau.decide(case, 2, "approve", by=bureau.leader),
        lambda: bureau.decide(case, 2, "refuse", by=deputy_leader),
    )
    losers = [error for error in told if error is not None]
    assert len(losers) == 1
    assert isinstance(losers[0], Conflict)
    decision = Decision.objects.get(case=case, level=2)
    assert decision.voided_at is None
    assert SealApplication.objects.filter(document__case=case, level=2).count() == 1
    assert put_on_seals(case).status == (S.APPROVED if decision.outcome == "approve" else S.REFUSED)


@pytest.mark.parametrize("_round", ROUNDS)
def test_two_acceptances_give_one_number(bureau: Bureau, second_clerk: Officer, _round: int) -> None:
    case = bureau.complete()
    told = at_once(lambda: bureau.accept(case), lambda: bureau.accept(case, by=second_clerk))
    losers = [error for error in told if error is not None]
    assert len(losers) == 1
    assert isinstance(losers[0], WrongState)
    assert NumberCounter.objects.get().last == 1
    winner = bureau.clerk if told[0] is None else second_clerk
    assert fresh(case).accepted_by == winner


@pytest.mark.parametrize("_round", ROUNDS)
def test_cases_accepted_at_once_get_numbers_one_after_the_other(bureau: Bureau, _round: int) -> None:
    cases = [bureau.complete() for _ in range(3)]
    told = at_once(*[lambda case=case: bureau.accept(case) for case in cases])
    assert told == [None, None, None]
    assert sorted(str(fresh(case).number)[-5:] for case in cases) == ["00001", "00002", "00003"]


@pytest.mark.parametrize("_round", ROUNDS)
def test_an_approval_and_a_withdrawal_have_one_outcome(bureau: Bureau, _round: int) -> None:
    case = bureau.at_level(2)
    told = at_once(lambda: bureau.decide(case, 2), lambda: bureau.withdraw(case))
    assert len([error for error in told if isinstance(error, DomainError)]) == 1
    approved = told[0] is None
    after = put_on_seals(case)
    assert after.status == (S.APPROVED if approved else S.WITHDRAWN)
    assert Decision.objects.filter(case=case, level=2).count() == (1 if approved else 0)
    assert CaseProcess.objects.get(case=case).status == ("DONE" if approved else "CANCELED")


@pytest.mark.parametrize("_round", ROUNDS)
def test_handing_up_twice_hands_up_once(bureau: Bureau, second_clerk: Officer, _round: int) -> None:
    seals.issue_personal_seal(officer=second_clerk, pin=PIN)
    case = bureau.accepted()
    told = at_once(lambda: bureau.hand_up(case), lambda: bureau.hand_up(case, by=second_clerk))
    assert len([error for error in told if isinstance(error, DomainError)]) == 1
    assert Decision.objects.filter(case=case).count() == 1
    assert CaseProcess.objects.filter(case=case).count() == 1
    assert put_on_seals(case).level == 2


@pytest.mark.parametrize("_round", ROUNDS)
def test_filing_twice_files_once(bureau: Bureau, second_clerk: Officer, _round: int) -> None:
    case = bureau.refused()
    told = at_once(lambda: bureau.file(case), lambda: bureau.file(case, by=second_clerk))
    losers = [error for error in told if error is not None]
    assert len(losers) == 1
    assert isinstance(losers[0], WrongState)
    assert fresh(case).archive_record.number.endswith("00001")


def test_a_withdrawal_that_waited_for_the_handing_up_leaves_no_process_behind(bureau: Bureau) -> None:
    case = bureau.accepted()
    error = while_another_waits(case, lambda: bureau.hand_up(case), lambda: bureau.withdraw(case))
    assert isinstance(error, Conflict)
    assert fresh(case).status == S.IN_REVIEW
    bureau.withdraw(case)
    assert put_on_seals(case).status == S.WITHDRAWN


def test_an_acceptance_that_waited_for_a_correction_finds_its_case(bureau: Bureau) -> None:
    case = bureau.complete()
    body = demo.application()["applicant_id_number"][:14] + "777"
    other = body + id_numbers.check_character(body)
    error = while_another_waits(
        case, lambda: bureau.update(case, applicant_id_number=other), lambda: bureau.accept(case)
    )
    assert error is None
    assert fresh(case).status == S.ACCEPTED
    assert fresh(case).applicant.id_number == other


def test_an_officer_whose_case_was_corrected_meanwhile_hands_nothing_up(bureau: Bureau) -> None:
    case = bureau.accepted()
    seen = look(case)
    error = while_another_waits(
        case, lambda: bureau.update(case, reason="改正了理由"), lambda: bureau.hand_up(case, seen=seen)
    )
    assert isinstance(error, Conflict)
    assert not Decision.objects.filter(case=case).exists()


@pytest.mark.parametrize("opposite", ["return", "refuse"])
def test_of_two_opposite_decisions_one_counts_and_the_case_follows_it(
    bureau: Bureau, deputy_leader: Officer, opposite: str
) -> None:
    seals.issue_personal_seal(officer=deputy_leader, pin=PIN)
    case = bureau.at_level(2)
    told = at_once(lambda: bureau.decide(case, 2), lambda: bureau.decide(case, 2, opposite, by=deputy_leader))
    assert len([error for error in told if isinstance(error, Conflict)]) == 1
    decision = Decision.objects.get(case=case, level=2)
    assert decision.officer == (bureau.leader if told[0] is None else deputy_leader)
    ends = {"approve": S.APPROVED, "return": S.RETURNED, "refuse": S.REFUSED}
    assert put_on_seals(case).status == ends[decision.outcome]


def test_two_workers_put_one_seal_on_once(bureau: Bureau) -> None:
    case = bureau.handed_up()
    application = SealApplication.objects.get(document__case=case)
    assert at_once(*[lambda: seals.apply_seal(application.pk)] * 2) == [None, None]
    application.refresh_from_db()
    assert (application.state, application.attempts) == ("applied", 1)
    assert (fresh(case).status, fresh(case).level) == (S.IN_REVIEW, 2)


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_late_capture_is_begun_once(bureau: Bureau, second_clerk: Officer, _round: int) -> None:
    case = bureau.file(bureau.refused())
    told = at_once(lambda: bureau.begin_late_capture(case), lambda: bureau.begin_late_capture(case, by=second_clerk))
    losers = [error for error in told if error is not None]
    assert len(losers) == 1
    assert isinstance(losers[0], WrongState)
    assert LateCapture.objects.filter(ended_at=None).count() == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_of_two_who_conclude_a_late_capture_one_makes_a_version(
    bureau: Bureau, second_clerk: Officer, _round: int
) -> None:
    case = bureau.late_of(bureau.file(bureau.refused()))
    told = at_once(
        lambda: bureau.conclude_late_capture(case), lambda: bureau.conclude_late_capture(case, by=second_clerk)
    )
    losers = [error for error in told if error is not None]
    assert len(losers) == 1
    assert isinstance(losers[0], WrongState)
    assert [version.number for version in case.archive_record.versions.all()] == [1, 2]
    assert verify.verify_case(fresh(case)).held


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_late_capture_is_concluded_or_abandoned_and_never_both(
    bureau: Bureau, second_clerk: Officer, _round: int
) -> None:
    case = bureau.late_of(bureau.file(bureau.refused()))
    told = at_once(
        lambda: bureau.conclude_late_capture(case), lambda: bureau.abandon_late_capture(case, by=second_clerk)
    )
    assert len([error for error in told if isinstance(error, WrongState)]) == 1
    ended = LateCapture.objects.get()
    assert case.archive_record.versions.count() == (1 if ended.abandoned_because else 2)
    assert verify.verify_case(fresh(case)).held


def test_a_page_that_waited_for_the_conclusion_is_told_so_and_not_slipped_in(bureau: Bureau) -> None:
    case = bureau.late_of(bureau.file(bureau.refused()))
    error = while_another_waits(
        case, lambda: bureau.conclude_late_capture(case), lambda: bureau.capture(case, "M_APPLY_FORM", 7)
    )
    assert isinstance(error, WrongState)
    assert verify.verify_case(fresh(case)).held


def test_a_page_taken_for_one_late_capture_is_not_laid_into_the_next(bureau: Bureau) -> None:
    case = bureau.late_of(bureau.file(bureau.refused()))

    def conclude_and_begin_again() -> None:
        bureau.conclude_late_capture(case)
        bureau.begin_late_capture(case)

    error = while_another_waits(case, conclude_and_begin_again, lambda: bureau.capture(case, "M_APPLY_FORM", 7))
    assert isinstance(error, SittingOver)
    assert verify.verify_case(fresh(case)).held
