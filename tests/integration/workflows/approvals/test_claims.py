"""Whose desk a waiting case lies on, and who may take it away from there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from audit.trail import queries as trail
from hukou.accounts.models import Duty, Officer
from hukou.kernel import clock
from hukou.kernel.errors import NotPermitted
from tests.support.people import make_officer
from tests.support.stages import PIN, Bureau, fresh, put_on_seals
from workflows.approvals import claims, deputies, errors, waiting
from workflows.approvals.models import Decision
from workflows.cases.errors import ReasonNeeded
from workflows.cases.models import Case
from workflows.seals import actions as seals
from workflows.seals import drawing


@pytest.fixture
def colleague(bureau: Bureau) -> Officer:
    """A second leader of the station."""
    officer = make_officer("副所长", Duty.Role.STATION_LEADER, bureau.station)
    seals.issue_personal_seal(officer=officer, pin=PIN)
    return officer


@pytest.fixture
def stand_in(bureau: Bureau) -> Officer:
    """A community officer of the station, who decides nothing by duty."""
    officer = make_officer("社区民警", Duty.Role.COMMUNITY_OFFICER, bureau.station)
    seals.issue_personal_seal(officer=officer, pin=PIN)
    return officer


def deputise(bureau: Bureau, deputy: Officer, **more: object) -> None:
    duty = Duty.objects.get(officer=bureau.leader)
    period = {"starts_on": clock.today(), "ends_on": clock.today() + timedelta(days=6)}
    deputies.deputise(duty_id=duty.pk, deputy=deputy, by=bureau.leader, reason="所长外出培训", **{**period, **more})  # type: ignore[arg-type]


def test_what_one_took_a_colleague_cannot_decide(bureau: Bureau, colleague: Officer) -> None:
    case = bureau.at_level(2)
    bureau.claim(case)
    bureau.claim(case)
    assert fresh(case).claimed_by == bureau.leader
    with pytest.raises(errors.ClaimedByOther):
        bureau.decide(case, 2, by=colleague)
    with pytest.raises(errors.ClaimedByOther):
        bureau.claim(case, by=colleague)
    with pytest.raises(errors.NotClaimed):
        bureau.release(case, by=colleague)

    bureau.release(case)
    bureau.decide(case, 2, by=colleague)
    assert fresh(case).claimed_by is None


def test_a_case_is_given_to_somebody_who_may_decide_it_and_to_nobody_else(
    bureau: Bureau, colleague: Officer, stand_in: Officer
) -> None:
    case = bureau.at_level(2)
    bureau.claim(case)
    with pytest.raises(errors.NotTheirs):
        bureau.reassign(case, bureau.clerk)
    with pytest.raises(errors.NotTheirs):
        bureau.reassign(case, stand_in)
    with pytest.raises(NotPermitted):
        bureau.reassign(case, colleague, by=bureau.clerk)
    bureau.reassign(case, colleague)
    assert fresh(case).claimed_by == colleague
    last = trail.events_of(case).last()
    assert last is not None
    assert last.details["to"] == colleague.number


def test_a_case_is_urged_once_a_day_with_a_reason(bureau: Bureau) -> None:
    case = bureau.at_level(2)
    with pytest.raises(ReasonNeeded):
        claims.urge(case_id=case.pk, by=bureau.clerk, reason=" ")
    bureau.urge(case)
    with pytest.raises(errors.UrgedAlready):
        bureau.urge(case)
    with clock.frozen(clock.now() + timedelta(days=1)):
        bureau.urge(case)
    assert case.urgings.count() == 2


def test_a_case_called_back_begins_its_chain_again_and_nothing_is_lost(bureau: Bureau) -> None:
    case = bureau.at_level(3, "1102")
    bureau.recall(case)
    case = fresh(case)
    assert case.status == Case.Status.RETURNED
    assert set(Decision.objects.filter(case=case, level__lt=3).values_list("voided_reason", flat=True)) == {"recalled"}

    bureau.hand_up(case)
    case = put_on_seals(case)
    assert (case.status, case.level, case.revision) == (Case.Status.IN_REVIEW, 2, 2)
    bureau.decide(case, 2)
    case = put_on_seals(case)
    bureau.decide(case, 3)
    assert put_on_seals(case).status == Case.Status.APPROVED


def test_the_desk_does_not_call_cases_back(bureau: Bureau) -> None:
    with pytest.raises(NotPermitted):
        bureau.recall(bureau.at_level(2), by=bureau.clerk)


def test_a_deputy_decides_in_the_leaders_stead_and_the_decision_says_so(bureau: Bureau, stand_in: Officer) -> None:
    case = bureau.at_level(2)
    with pytest.raises(NotPermitted):
        bureau.decide(case, 2, by=stand_in)
    deputise(bureau, stand_in)
    assert [one.pk for one in waiting.page(stand_in, waiting.Narrowing(), most=9)] == [case.pk]

    decision = bureau.decide(case, 2, by=stand_in)

    assert decision.deputation is not None
    assert decision.deputation.duty.officer == bureau.leader
    assert bureau.at_level(2).level == 2


def test_the_approval_form_says_in_whose_stead_a_deputy_signed(
    bureau: Bureau, stand_in: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed: list[str] = []
    panel = drawing.signed_panel

    def remembered(*, signature_lines: Sequence[str], **more: Any) -> drawing.Drawing:
        signed.extend(signature_lines)
        return panel(signature_lines=signature_lines, **more)

    case = bureau.at_level(2)
    deputise(bureau, stand_in)
    monkeypatch.setattr(drawing, "signed_panel", remembered)
    bureau.decide(case, 2, by=stand_in)
    assert signed[0] == f"{stand_in.name}（警号 {stand_in.number}）代{bureau.leader.name}签批"


def test_a_deputation_holds_for_its_days_and_its_categories_only(bureau: Bureau, stand_in: Officer) -> None:
    case = bureau.at_level(2)
    deputise(bureau, stand_in, categories=["02"])
    with pytest.raises(NotPermitted):
        bureau.decide(case, 2, by=stand_in)
    deputise(bureau, stand_in, categories=["01", "02"])
    with clock.frozen(clock.now() + timedelta(days=7)), pytest.raises(NotPermitted):
        bureau.decide(case, 2, by=stand_in)
    bureau.decide(case, 2, by=stand_in)


def test_a_deputation_ends_when_it_is_revoked(bureau: Bureau, stand_in: Officer) -> None:
    case = bureau.at_level(2)
    deputise(bureau, stand_in)
    given = deputies.in_force(stand_in)[0]
    deputies.revoke(deputation_id=given.pk, by=bureau.leader)
    with pytest.raises(NotPermitted):
        bureau.decide(case, 2, by=stand_in)


def test_there_is_no_deputy_of_a_deputy_and_no_auxiliary_deputy(
    bureau: Bureau, stand_in: Officer, colleague: Officer
) -> None:
    deputise(bureau, stand_in)
    duty = Duty.objects.get(officer=bureau.leader)
    later = {"starts_on": clock.today(), "ends_on": clock.today()}
    with pytest.raises(NotPermitted):
        deputies.deputise(duty_id=duty.pk, deputy=colleague, by=stand_in, reason="转交", **later)
    auxiliary = make_officer("辅警", Duty.Role.AUXILIARY, bureau.station, kind=Officer.Kind.AUXILIARY)
    with pytest.raises(errors.NoDeputy):
        deputise(bureau, auxiliary)
    with pytest.raises(errors.NoDeputy):
        deputise(bureau, colleague, ends_on=clock.today() + timedelta(days=400))
    with pytest.raises(errors.NoDeputy):
        deputise(bureau, bureau.leader)


def test_who_accepted_does_not_decide_as_a_deputy(bureau: Bureau) -> None:
    deputise(bureau, bureau.clerk)
    with pytest.raises(NotPermitted):
        bureau.decide(bureau.at_level(2), 2, by=bureau.clerk)
