"""The acts beside the straight way, pressed on the case's page as people press them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from hukou.accounts.models import Duty, Office, Officer
from hukou.console import turns
from tests.support.people import make_office, make_officer
from tests.support.stages import PIN, Bureau, fresh
from workflows.approvals.under_way import look
from workflows.cases.models import Case
from workflows.cases.transitions import Verb
from workflows.seals import actions as seals

SignedIn = Callable[[Officer], Client]
S = Case.Status


def press(browser: Client, case: Case, act: str, **typed: str) -> int:
    """Press the button and fill in its dialog; answers the status."""
    return browser.post(f"/cases/{case.pk}/turns/{act}/", {"seen": look(fresh(case)), **typed}).status_code


def offered(browser: Client, case: Case) -> set[str]:
    """The acts the page offers."""
    return set(browser.get(f"/cases/{case.pk}/").context["turns"]["acts"])


def test_a_leader_takes_gives_back_asks_and_calls_back(bureau: Bureau, signed_in: SignedIn) -> None:
    case = bureau.at_level(2)
    leader = signed_in(bureau.leader)
    assert offered(leader, case) == {"claim", "reassign", "ask", "recall", "urge"}
    assert press(leader, case, "claim") == 302
    assert offered(leader, case) == {"release", "reassign", "ask", "recall", "urge"}
    assert press(leader, case, "ask", kind="investigation", question="请上门核实") == 302
    assert fresh(case).status == S.SUSPENDED

    clerk = signed_in(bureau.clerk)
    assert offered(clerk, case) == {"answer", "urge"}
    assert press(clerk, case, "answer", result="positive", words="属实", pin="111111") == 422
    assert press(clerk, case, "answer", result="positive", words="属实", pin=PIN) == 302
    assert press(leader, case, "recall", reason="受理有误") == 302
    assert fresh(case).status == S.RETURNED


def test_what_was_typed_stays_when_an_act_is_refused(bureau: Bureau, signed_in: SignedIn) -> None:
    case = bureau.draft()
    page = signed_in(bureau.clerk).post(f"/cases/{case.pk}/turns/turn-away/", {"reason": "不属于本所管辖"})
    assert page.status_code == 422
    assert "不属于本所管辖" in page.content.decode()
    assert 'id="turn-turn-away"' in page.content.decode()
    assert fresh(case).status == S.DRAFT


def test_an_act_nobody_knows_is_not_found(bureau: Bureau, signed_in: SignedIn) -> None:
    assert press(signed_in(bureau.clerk), bureau.draft(), "explode") == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_act_has_words_in_both_languages(language: str, settings: object) -> None:
    from django.utils import translation

    with translation.override(language):
        for act in turns.ACTS.values():
            assert any("\u4e00" <= letter <= "\u9fff" for letter in str(act.name)) == (language == "zh-hans")
            assert str(act.done)


def test_every_turn_beside_the_straight_way_has_an_act() -> None:
    straight = {Verb.UPDATE, Verb.CAPTURE, Verb.ACCEPT, Verb.HAND_UP, Verb.DECIDE, Verb.WITHDRAW, Verb.FILE}
    late = {Verb.BEGIN_LATE_CAPTURE, Verb.CONCLUDE_LATE_CAPTURE, Verb.ABANDON_LATE_CAPTURE}
    assert {act.verb for act in turns.ACTS.values()} == set(Verb) - straight - late


def test_who_answers_after_a_colleague_is_told_so_and_does_not_see_the_folder(
    bureau: Bureau, signed_in: SignedIn, other_station: Office, other_clerk: Officer, branch: Office
) -> None:
    case = bureau.at_level(2)
    bureau.ask(case, "cosign", office=other_station)
    seals.issue_personal_seal(officer=other_clerk, pin=PIN)
    bureau.answer(case, by=other_clerk)
    colleague = make_officer("同事", Duty.Role.STATION_LEADER, other_station)
    stranger = make_officer("旁人", Duty.Role.STATION_LEADER, make_office("云东分局南门派出所", parent=branch))
    address, typed = f"/cases/{case.pk}/turns/answer/", {"result": "negative", "words": "不属实", "pin": PIN}

    late = signed_in(colleague).post(address, typed)
    assert late.status_code == 409
    assert "该核查已有答复，您的答复未采用。" in late.content.decode()
    assert fresh(case).applicant_name not in late.content.decode()
    assert signed_in(stranger).post(address, typed).status_code == 404
    assert case.enquiries.get().result == "positive"
