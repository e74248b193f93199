"""Deciding: what a decision needs, what it leaves behind, and what it can no longer change."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audit.outbox.models import Message
from audit.trail import queries as trail
from hukou.kernel import clock
from hukou.kernel.errors import WrongState
from tests.support.stages import BY_DEPTH, PIN, Bureau, fresh, put_on_seals
from workflows.approvals import actions as approvals
from workflows.approvals import errors, notices
from workflows.approvals.models import CaseProcess, Decision, NoticeIssue
from workflows.approvals.under_way import look
from workflows.cases import errors as case_errors
from workflows.cases.models import Case
from workflows.seals import queries as seals
from workflows.seals.errors import WrongPin
from workflows.seals.models import SealApplication, SealedDocument

S = Case.Status


def _applications(case: Case) -> int:
    return SealApplication.objects.filter(document__case=case).count()


def _live(case: Case) -> list[tuple[int, str]]:
    return list(Decision.objects.filter(case=case, voided_at=None).values_list("level", "outcome").order_by("level"))


@pytest.mark.parametrize("depth", BY_DEPTH)
def test_a_chain_of_any_depth_ends_in_an_approved_case_with_a_notice(bureau: Bureau, depth: int) -> None:
    case = bureau.approved(BY_DEPTH[depth])
    assert case.status == S.APPROVED
    assert len(case.chain) == depth
    assert _live(case) == [(level, "approve") for level in range(1, depth + 1)]
    assert _applications(case) == depth + 1  # and the notice's
    assert Decision.objects.filter(case=case, alone=True).count() == (depth == 1)  # on the spot: to be sampled
    assert not seals.unfinished(case.pk)
    assert case.closed_at is not None
    assert NoticeIssue.objects.filter(case=case).exists()
    assert CaseProcess.objects.get(case=case).finished is not None


def test_nothing_climbs_before_its_seal_is_on(bureau: Bureau) -> None:
    case = bureau.handed_up()
    assert (case.status, case.level, case.awaiting_office) == (S.IN_REVIEW, 1, None)
    with pytest.raises(errors.SealNotOn):
        bureau.decide(case, 2)
    case = put_on_seals(case)
    assert (case.level, case.awaiting_office, case.awaiting_role) == (2, bureau.station, "station_leader")


def test_a_wrong_pin_hands_nothing_up(bureau: Bureau) -> None:
    case = bureau.accepted()
    with pytest.raises(WrongPin):
        bureau.hand_up(case, pin="000000")
    after = fresh(case)
    assert (after.status, after.level, after.revision) == (S.ACCEPTED, 0, 0)
    assert not Decision.objects.filter(case=case).exists()
    assert not SealedDocument.objects.filter(case=case).exists()
    assert not CaseProcess.objects.filter(case=case).exists()


def test_a_wrong_pin_decides_nothing(bureau: Bureau) -> None:
    case = bureau.at_level(2)
    with pytest.raises(WrongPin):
        bureau.decide(case, 2, pin="000000")
    assert _live(case) == [(1, "approve")]
    assert _applications(case) == 1
    after = fresh(case)
    assert (after.status, after.level, after.awaiting_office) == (S.IN_REVIEW, 2, bureau.station)
    bureau.decide(case, 2)
    assert put_on_seals(case).status == S.APPROVED


def test_deciding_twice_decides_once(bureau: Bureau) -> None:
    case = bureau.at_level(2)
    bureau.decide(case, 2)
    with pytest.raises(errors.AlreadyDecided):
        bureau.decide(case, 2, "refuse")
    put_on_seals(case)
    with pytest.raises(errors.AlreadyDecided):
        bureau.decide(case, 2, "refuse")
    assert _live(case) == [(1, "approve"), (2, "approve")]


def test_a_decision_on_a_level_below_the_present_one_is_not_taken(bureau: Bureau) -> None:
    case = bureau.at_level(3, "1102")
    with pytest.raises(errors.AlreadyDecided):
        bureau.decide(case, 2)
    assert _live(case) == [(1, "approve"), (2, "approve")]


def test_a_case_nobody_decided_is_not_called_decided(bureau: Bureau) -> None:
    case = bureau.withdrawn()
    with pytest.raises(WrongState):
        bureau.decide(case, 2)


def test_who_saw_other_content_decides_nothing(bureau: Bureau) -> None:
    case = bureau.at_level(2)
    with pytest.raises(case_errors.ContentChanged):
        bureau.decide(case, 2, seen="0" * 64)
    assert _live(case) == [(1, "approve")]


def test_who_saw_other_content_hands_nothing_up(bureau: Bureau) -> None:
    case = bureau.accepted()
    seen = look(case)
    bureau.update(case, reason="理由已改")
    with pytest.raises(case_errors.ContentChanged):
        bureau.hand_up(case, seen=seen)
    assert fresh(case).status == S.ACCEPTED


def test_an_outcome_nobody_offers_is_not_taken(bureau: Bureau) -> None:
    case = bureau.at_level(2)
    with pytest.raises(errors.NoSuchOutcome):
        bureau.decide(case, 2, "postpone")
    assert _live(case) == [(1, "approve")]


@pytest.mark.parametrize("outcome", ["return", "refuse"])
def test_sending_back_and_refusing_need_an_opinion(bureau: Bureau, outcome: str) -> None:
    case = bureau.at_level(2)
    with pytest.raises(errors.OpinionNeeded):
        bureau.decide(case, 2, outcome, opinion="  ")
    assert fresh(case).status == S.IN_REVIEW


def test_refusing_needs_a_legal_basis(bureau: Bureau) -> None:
    case = bureau.at_level(2)
    with pytest.raises(errors.LegalBasisNeeded):
        bureau.decide(case, 2, "refuse", legal_basis=" ")
    assert _live(case) == [(1, "approve")]


def test_a_refusal_ends_the_chain_and_its_notice_says_so(bureau: Bureau) -> None:
    case = bureau.at_level(2, "1102")
    bureau.decide(case, 2, "refuse", opinion="事实不清", legal_basis="公通字〔2021〕12号第五十七条")
    case = put_on_seals(case)
    assert case.status == S.REFUSED
    assert _live(case) == [(1, "approve"), (2, "refuse")]
    issued = notices.issue(case_id=case.pk)
    assert notices.issue(case_id=case.pk) == issued
    told = trail.events_of(case).filter(action="notice.issued").get()
    assert told.details["outcome"] == "refuse"
    assert Message.objects.filter(key=f"notice:{case.pk}").count() == 1
    assert bureau.file(case).status == S.FILED


def test_a_return_is_not_sealed_and_gives_the_case_to_the_station(bureau: Bureau) -> None:
    case = bureau.at_level(2)
    decision = bureau.decide(case, 2, "return", opinion="缺少签名")
    assert decision.application is None
    after = fresh(case)
    assert (after.status, after.awaiting_office, after.awaiting_role) == (S.RETURNED, None, "")
    assert _applications(case) == 1


def test_an_answer_without_change_goes_back_to_the_level_that_asked(bureau: Bureau) -> None:
    case = bureau.returned(3, "1102")
    bureau.hand_up(case)
    after = fresh(case)
    assert (after.status, after.level, after.revision) == (S.IN_REVIEW, 3, 1)
    assert after.awaiting_role == "branch_officer"
    assert _live(case) == [(1, "approve"), (2, "approve")]
    answered = Decision.objects.get(case=case, outcome="return")
    assert answered.voided_reason == Decision.VoidReason.ANSWERED
    assert _applications(case) == 2
    bureau.decide(case, 3)
    assert put_on_seals(case).status == S.APPROVED


def test_an_answer_that_changed_content_is_sealed_anew_from_level_one(bureau: Bureau) -> None:
    case = bureau.returned(3, "1102")
    first = seals.latest_document(case.pk, "case_file")
    bureau.capture(case, "M_NAME_REASON", copy=4)
    bureau.hand_up(case)
    after = fresh(case)
    assert (after.status, after.level, after.revision, after.awaiting_office) == (S.IN_REVIEW, 1, 2, None)
    voided = Decision.objects.filter(case=case).exclude(voided_at=None)
    assert [(d.level, d.voided_reason) for d in voided] == [(level, "content_changed") for level in (1, 2, 3)]
    assert _live(case) == [(1, "approve")]
    second = seals.latest_document(case.pk, "case_file")
    assert first is not None
    assert second is not None
    assert (first.revision, second.revision) == (1, 2)
    assert SealApplication.objects.get(document=second).level == 1
    after = put_on_seals(case)
    assert (after.level, after.awaiting_role) == (2, "station_leader")
    bureau.decide(case, 2)
    put_on_seals(case)
    bureau.decide(case, 3)
    assert put_on_seals(case).status == S.APPROVED


def test_a_wrong_pin_under_a_changed_answer_leaves_the_old_decisions_standing(bureau: Bureau) -> None:
    case = bureau.returned()
    bureau.update(case, reason="补充了理由")
    with pytest.raises(WrongPin):
        bureau.hand_up(case, pin="000000")
    after = fresh(case)
    assert (after.status, after.revision) == (S.RETURNED, 1)
    assert _live(case) == [(1, "approve"), (2, "return")]


def test_a_case_may_be_sent_back_again_and_again(bureau: Bureau) -> None:
    case = bureau.returned()
    bureau.hand_up(case)
    bureau.decide(case, 2, "return", opinion="仍缺签名")
    bureau.update(case, reason="补签后重新上报")
    bureau.hand_up(case)
    put_on_seals(case)
    bureau.decide(case, 2, "return", opinion="再补一次")
    bureau.hand_up(case)
    bureau.decide(case, 2)
    assert put_on_seals(case).status == S.APPROVED
    assert _live(case) == [(1, "approve"), (2, "approve")]


def test_a_withdrawal_ends_the_process(bureau: Bureau) -> None:
    case = bureau.withdrawn()
    process = CaseProcess.objects.get(case=case)
    assert process.status == "CANCELED"
    assert process.finished is not None
    assert not process.task_set.filter(finished=None).exists()
    assert (case.awaiting_office, case.awaiting_role, case.closed_at is None) == (None, "", False)


def test_a_seal_that_comes_after_the_withdrawal_does_not_wake_the_case(bureau: Bureau) -> None:
    case = bureau.handed_up()
    bureau.withdraw(case)
    after = put_on_seals(case)
    assert (after.status, after.awaiting_office) == (S.WITHDRAWN, None)


def test_a_withdrawal_needs_a_reason(bureau: Bureau) -> None:
    case = bureau.accepted()
    with pytest.raises(case_errors.ReasonNeeded):
        bureau.withdraw(case, reason=" ")
    assert fresh(case).status == S.ACCEPTED


@pytest.mark.parametrize("outcome", ["approve", "refuse"])
def test_after_the_last_word_nothing_is_withdrawn_though_its_seal_is_not_on(bureau: Bureau, outcome: str) -> None:
    case = bureau.at_level(2)
    bureau.decide(case, 2, outcome)
    with pytest.raises(errors.LastWordSpoken):
        bureau.withdraw(case)
    assert put_on_seals(case).status == (S.APPROVED if outcome == "approve" else S.REFUSED)


def test_a_case_of_one_level_is_decided_when_it_is_handed_up(bureau: Bureau) -> None:
    case = bureau.handed_up("0101")
    with pytest.raises(errors.LastWordSpoken):
        bureau.withdraw(case)
    assert put_on_seals(case).status == S.APPROVED


def test_putting_a_seal_on_twice_lets_the_case_climb_once(bureau: Bureau) -> None:
    case = bureau.at_level(2, "1102")
    application = SealApplication.objects.get(document__case=case)
    approvals.continue_after_seal(application)
    assert fresh(case).level == 2


def test_a_notice_is_read_once_by_the_stations_desk(bureau: Bureau) -> None:
    case = bureau.refused()
    first = notices.read(case_id=case.pk, by=bureau.clerk)
    with clock.frozen(clock.now() + timedelta(hours=1)):
        again = notices.read(case_id=case.pk, by=bureau.clerk)
    assert first.read_at == again.read_at
    assert trail.events_of(case).filter(action="notice.read").count() == 1


def test_the_pin_is_nowhere_in_the_trail(bureau: Bureau) -> None:
    case = bureau.approved()
    assert all(PIN not in str(event.details) for event in trail.events_of_case(case.pk))


def test_an_answer_without_a_change_still_needs_the_officers_own_pin(bureau: Bureau) -> None:
    case = bureau.returned()
    with pytest.raises(WrongPin):
        bureau.hand_up(case, pin="000000")
    assert fresh(case).status == Case.Status.RETURNED
    bureau.hand_up(case)
    assert fresh(case).status == Case.Status.IN_REVIEW
