"""Asking before deciding: the case stands still until the answer, and goes back to where it was asked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from audit.alerts import actions as alerts
from audit.alerts.models import Alert
from hukou.accounts.models import Duty
from hukou.kernel import clock
from hukou.kernel.errors import NotFound, NotPermitted
from tests.support.people import make_office, make_officer
from tests.support.stages import PIN, Bureau, fresh, put_on_seals
from workflows.approvals import enquiries, errors, late_answers, queries, waiting
from workflows.approvals.models import Decision, Enquiry
from workflows.approvals.under_way import look
from workflows.cases.errors import ContentChanged
from workflows.cases.models import Case
from workflows.cases.queries import case_for
from workflows.seals import actions as seals
from workflows.seals.consent import Pin
from workflows.seals.errors import WrongPin

S = Case.Status


def test_an_answered_investigation_brings_the_case_back_to_the_level_that_asked(bureau: Bureau) -> None:
    case = bureau.at_level(2)
    bureau.ask(case)
    assert fresh(case).status == S.SUSPENDED
    assert waiting.page(bureau.leader, waiting.Narrowing(), most=9) == []
    assert queries.asked_of(bureau.clerk).filter(pk=case.pk).exists()

    bureau.answer(case)

    case = fresh(case)
    assert (case.status, case.level, case.awaiting_office) == (S.IN_REVIEW, 2, bureau.station)
    bureau.decide(case, 2)
    assert put_on_seals(case).status == S.APPROVED


def test_pages_that_come_with_the_answer_are_sealed_by_the_station_before_anybody_decides(bureau: Bureau) -> None:
    case = bureau.suspended()
    bureau.capture(case, "M_HUKOU_BOOK", 8)

    bureau.answer(case)

    assert fresh(case).level == 1
    assert set(Decision.objects.filter(case=case, level=1).values_list("voided_reason", flat=True)) == {
        "",
        "content_changed",
    }
    case = put_on_seals(case)
    assert (case.status, case.level) == (S.IN_REVIEW, 2)
    bureau.decide(case, 2)
    assert put_on_seals(case).status == S.APPROVED


@pytest.mark.parametrize("result", ["positive", "negative"])
def test_another_station_co_signs_and_sees_the_case_only_until_it_has_answered(bureau: Bureau, result: str) -> None:
    other = make_office("邻近派出所", parent=bureau.station.parent)
    leader = make_officer("邻所长", Duty.Role.STATION_LEADER, other)
    seals.issue_personal_seal(officer=leader, pin=PIN)
    case = bureau.accepted()
    with pytest.raises(NotPermitted):
        bureau.answer(case, by=leader)

    bureau.ask(case, "cosign", office=other, question="该户是否同意迁出")
    assert case_for(leader, case.pk) == case
    with pytest.raises(NotPermitted):
        bureau.answer(case)  # the station that asked does not answer itself
    bureau.answer(case, result, by=leader)

    assert fresh(case).status == S.ACCEPTED
    with pytest.raises(NotFound):
        case_for(leader, case.pk)
    if result == "positive":
        assert bureau.hand_up(case).status == S.IN_REVIEW
    else:
        with pytest.raises(errors.StandsAgainst):
            bureau.hand_up(case)


def test_an_approval_is_refused_while_the_last_answer_stands_against_it(bureau: Bureau) -> None:
    case = bureau.suspended()
    bureau.answer(case, "negative")
    with pytest.raises(errors.StandsAgainst):
        bureau.decide(case, 2)
    bureau.ask(fresh(case))
    bureau.answer(case)
    bureau.decide(case, 2)


def test_a_notice_that_must_hang_for_days_hangs_for_days(bureau: Bureau) -> None:
    case = bureau.accepted("0205")
    with pytest.raises(errors.PublicNoticeNeeded):
        bureau.hand_up(case)
    with pytest.raises(errors.BadPosting):
        bureau.ask(case, "public_notice", posted_on=clock.today() + timedelta(days=1))
    posted = bureau.ask(case, "public_notice", posted_on=clock.today())
    assert posted.ends_on == clock.today() + timedelta(days=7)
    with clock.frozen(clock.now() + timedelta(days=7)), pytest.raises(errors.NoticeRunning):
        bureau.answer(case)
    with clock.frozen(clock.now() + timedelta(days=8)):
        bureau.answer(case)
        assert bureau.hand_up(case).status == S.IN_REVIEW


def test_an_objection_to_a_public_notice_need_not_wait(bureau: Bureau) -> None:
    case = bureau.accepted("0205")
    bureau.ask(case, "public_notice", posted_on=clock.today())
    bureau.answer(case, "negative")
    with pytest.raises(errors.StandsAgainst):
        bureau.hand_up(case)


@pytest.mark.parametrize(
    ("kind", "more", "error"),
    [
        ("rumour", {}, errors.NoSuchEnquiry),
        ("cosign", {}, errors.NoSuchEnquiry),
        ("investigation", {"question": " "}, errors.QuestionNeeded),
        ("public_notice", {}, errors.NoSuchEnquiry),
    ],
)
def test_what_cannot_be_asked_is_refused_and_the_case_stays(
    bureau: Bureau, kind: str, more: dict[str, str], error: type[Exception]
) -> None:
    case = bureau.at_level(2)
    with pytest.raises(error):
        bureau.ask(case, kind, **more)
    assert fresh(case).status == S.IN_REVIEW
    assert not Enquiry.objects.exists()


def test_an_answer_needs_the_pin_of_who_answers_a_result_and_words(bureau: Bureau) -> None:
    case = bureau.suspended()
    with pytest.raises(WrongPin):
        bureau.answer(case, pin="000000")
    with pytest.raises(errors.AnswerNeeded):
        bureau.answer(case, "perhaps")
    with pytest.raises(errors.AnswerNeeded):
        enquiries.answer(
            case_id=case.pk, by=bureau.clerk, seen=look(fresh(case)), result="positive", words=" ", consent=Pin(PIN)
        )
    assert fresh(case).status == S.SUSPENDED


def test_a_decision_names_the_answers_its_officer_saw(bureau: Bureau) -> None:
    case = bureau.at_level(2)
    before = look(fresh(case))
    bureau.ask(case)
    bureau.answer(case)
    with pytest.raises(ContentChanged):
        bureau.decide(case, 2, seen=before)


def test_a_suspended_case_can_be_withdrawn(bureau: Bureau) -> None:
    case = bureau.suspended()
    assert fresh(bureau.withdraw(case)).status == S.WITHDRAWN


def test_an_enquiry_nobody_answers_is_told_though_the_clock_of_the_case_stands_still(bureau: Bureau) -> None:
    case, answered, withdrawn = bureau.suspended(), bureau.suspended(), bureau.suspended()
    bureau.answer(answered)
    bureau.withdraw(withdrawn)
    (due,) = late_answers.standing()
    assert (due.subject, due.office_id) == (f"cases.case:{case.pk}", bureau.station.pk)
    alerts.sweep(now=due.due_at - timedelta(seconds=1))
    assert not Alert.objects.filter(rule=late_answers.RULE).exists()
    alerts.sweep(now=due.due_at)
    (alert,) = Alert.objects.filter(rule=late_answers.RULE)
    assert (alert.case_id, alert.details["kind"], alert.due_at) == (case.pk, "investigation", due.due_at)
    bureau.answer(fresh(case))
    alert.refresh_from_db()
    assert alert.settled_at is not None


def test_a_public_notice_is_to_be_answered_some_days_after_its_last(bureau: Bureau) -> None:
    case = bureau.accepted("0401")
    bureau.ask(case, "public_notice", posted_on=clock.today())
    (due,) = late_answers.standing()
    ends_on = Enquiry.objects.get(case=case).ends_on
    assert ends_on is not None
    assert due.due_at.date() > ends_on
