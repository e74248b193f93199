"""Who may do what: duty, office, sworn or auxiliary, and never the same person twice."""

from __future__ import annotations

import pytest

from audit.trail import queries as trail
from hukou.accounts.models import Duty, Office, Officer
from hukou.kernel.errors import NotPermitted
from tests.support.people import make_office, make_officer
from tests.support.stages import PIN, Bureau, fresh, put_on_seals
from workflows.approvals.models import Decision
from workflows.cases.models import Case
from workflows.seals import actions as seals
from workflows.seals.models import SealApplication


def _last_code(case: Case) -> str:
    last = trail.events_of(case).last()
    assert last is not None
    return str(last.details["code"])


def test_an_auxiliary_prepares_a_case_from_the_first_word_to_the_last_page(bureau: Bureau, auxiliary: Officer) -> None:
    case = bureau.draft()
    bureau.update(case, by=auxiliary, reason="由辅警录入")
    placed = bureau.capture(case, "M_APPLY_FORM", by=auxiliary)
    assert placed.placed_by == auxiliary
    assert fresh(case).form["reason"] == "由辅警录入"


def test_an_auxiliary_cannot_accept(bureau: Bureau, auxiliary: Officer) -> None:
    case = bureau.complete()
    with pytest.raises(NotPermitted):
        bureau.accept(case, by=auxiliary)
    assert fresh(case).status == Case.Status.DRAFT
    assert fresh(case).number is None
    assert _last_code(case) == "not_permitted"


def test_an_auxiliary_cannot_hand_up_or_withdraw(bureau: Bureau, auxiliary: Officer) -> None:
    case = bureau.accepted()
    with pytest.raises(NotPermitted):
        bureau.hand_up(case, by=auxiliary)
    with pytest.raises(NotPermitted):
        bureau.withdraw(case, by=auxiliary)
    assert fresh(case).status == Case.Status.ACCEPTED
    assert not Decision.objects.filter(case=case).exists()


def test_an_auxiliary_cannot_decide_even_with_a_leaders_duty(bureau: Bureau) -> None:
    sworn_in_error = make_officer("吴小兵", Duty.Role.STATION_LEADER, bureau.station, kind="auxiliary")
    case = bureau.at_level(2)
    with pytest.raises(NotPermitted):
        bureau.decide(case, 2, by=sworn_in_error)
    assert fresh(case).level == 2
    assert Decision.objects.filter(case=case).count() == 1


def test_an_auxiliary_cannot_file(bureau: Bureau, auxiliary: Officer) -> None:
    case = bureau.refused()
    with pytest.raises(NotPermitted):
        bureau.file(case, by=auxiliary)
    assert fresh(case).status == Case.Status.REFUSED


def test_another_stations_clerk_can_do_nothing_to_a_case(bureau: Bureau, other_clerk: Officer) -> None:
    seals.issue_personal_seal(officer=other_clerk, pin=PIN)
    draft = bureau.complete()
    accepted = bureau.accepted()
    refused = bureau.refused()
    for act in (
        lambda: bureau.update(draft, by=other_clerk),
        lambda: bureau.capture(draft, "M_HUKOU_BOOK", 5, by=other_clerk),
        lambda: bureau.accept(draft, by=other_clerk),
        lambda: bureau.hand_up(accepted, by=other_clerk),
        lambda: bureau.withdraw(accepted, by=other_clerk),
        lambda: bureau.file(refused, by=other_clerk),
    ):
        with pytest.raises(NotPermitted):
            act()
    assert [fresh(case).status for case in (draft, accepted, refused)] == ["draft", "accepted", "refused"]


def test_an_officer_of_another_branch_cannot_decide(bureau: Bureau, city: Office) -> None:
    elsewhere = make_office("云溪市公安局云西分局", level="branch", parent=city)
    stranger = make_officer("何文静", Duty.Role.BRANCH_OFFICER, elsewhere)
    seals.issue_personal_seal(officer=stranger, pin=PIN)
    case = bureau.at_level(3, "1102")
    with pytest.raises(NotPermitted):
        bureau.decide(case, 3, by=stranger)
    assert fresh(case).awaiting_role == Duty.Role.BRANCH_OFFICER


def test_a_leader_of_another_station_cannot_decide(bureau: Bureau, other_station: Office) -> None:
    stranger = make_officer("邓平安", Duty.Role.STATION_LEADER, other_station)
    seals.issue_personal_seal(officer=stranger, pin=PIN)
    case = bureau.at_level(2)
    with pytest.raises(NotPermitted):
        bureau.decide(case, 2, by=stranger)
    assert fresh(case).status == Case.Status.IN_REVIEW


def test_who_accepted_cannot_decide_through_a_second_account(bureau: Bureau) -> None:
    double = make_officer(bureau.clerk.name, Duty.Role.STATION_LEADER, bureau.station, id_number=bureau.clerk.id_number)
    seals.issue_personal_seal(officer=double, pin=PIN)
    case = bureau.at_level(2)
    with pytest.raises(NotPermitted):
        bureau.decide(case, 2, by=double)
    assert Decision.objects.filter(case=case).count() == 1
    assert SealApplication.objects.filter(document__case=case).count() == 1


def test_who_reviewed_at_the_station_cannot_decide_at_the_branch(bureau: Bureau, branch: Office) -> None:
    promoted = make_officer(bureau.leader.name, Duty.Role.BRANCH_OFFICER, branch, id_number=bureau.leader.id_number)
    seals.issue_personal_seal(officer=promoted, pin=PIN)
    case = bureau.at_level(3, "1102")
    with pytest.raises(NotPermitted):
        bureau.decide(case, 3, by=promoted)
    bureau.decide(case, 3)
    assert put_on_seals(case).status == Case.Status.APPROVED


def test_who_accepted_may_not_decide_even_when_another_clerk_handed_up(bureau: Bureau, second_clerk: Officer) -> None:
    seals.issue_personal_seal(officer=second_clerk, pin=PIN)
    Duty.objects.create(
        officer=bureau.clerk, office=bureau.station, role=Duty.Role.STATION_LEADER, starts_on="2020-01-01"
    )
    case = bureau.accepted()
    bureau.hand_up(case, by=second_clerk)
    case = put_on_seals(case)
    with pytest.raises(NotPermitted):
        bureau.decide(case, 2, by=bureau.clerk)


def test_nobody_decides_a_level_that_is_not_theirs(bureau: Bureau, branch_officer: Officer) -> None:
    case = bureau.at_level(2, "1102")
    with pytest.raises(NotPermitted):
        bureau.decide(case, 2, by=branch_officer)
    with pytest.raises(NotPermitted):
        bureau.decide(case, 3, by=bureau.leader)
    with pytest.raises(NotPermitted):
        bureau.decide(case, 9, by=bureau.leader)


def test_the_overseer_looks_and_changes_nothing(bureau: Bureau, overseer: Officer) -> None:
    draft, accepted, waiting = bureau.complete(), bureau.accepted(), bureau.at_level(2)
    for act in (
        lambda: bureau.update(draft, by=overseer),
        lambda: bureau.capture(draft, "M_HUKOU_BOOK", 5, by=overseer),
        lambda: bureau.accept(draft, by=overseer),
        lambda: bureau.hand_up(accepted, by=overseer),
        lambda: bureau.withdraw(waiting, by=overseer),
        lambda: bureau.decide(waiting, 2, by=overseer),
    ):
        with pytest.raises(NotPermitted):
            act()
    assert [fresh(case).status for case in (draft, accepted, waiting)] == ["draft", "accepted", "in_review"]


def test_a_duty_that_has_ended_gives_no_right(bureau: Bureau) -> None:
    case = bureau.at_level(2)
    Duty.objects.filter(officer=bureau.leader).update(ends_on="2021-01-01")
    with pytest.raises(NotPermitted):
        bureau.decide(case, 2, by=bureau.leader)
