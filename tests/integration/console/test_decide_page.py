"""The decision page beside the decision: what a return asks for, taking, asking first, what is void."""

from __future__ import annotations

from django.test import Client

from hukou.accounts.models import Duty, Officer
from tests.integration.console.conftest import SignedIn
from tests.support.people import make_officer
from tests.support.stages import PIN, Bureau, fresh, put_on_seals, write_letters
from workflows.approvals.models import Decision
from workflows.approvals.under_way import look
from workflows.cases.models import Case

S = Case.Status


def shown(browser: Client, case: Case) -> str:
    return browser.get(f"/cases/{case.pk}/decide/").content.decode()


def press(browser: Client, case: Case, act: str, **typed: str) -> object:
    return browser.post(f"/cases/{case.pk}/decide/turns/{act}/", {"seen": look(fresh(case)), **typed})


def send_back(browser: Client, case: Case, **typed: object) -> int:
    said = {"level": "2", "outcome": "return", "seen": look(fresh(case)), "opinion": "请一次性补正", **typed}
    return browser.post(f"/cases/{case.pk}/decide/", said).status_code


def test_what_a_return_ticks_and_writes_becomes_the_one_time_notice(bureau: Bureau, signed_in: SignedIn) -> None:
    case = bureau.at_level(2)
    leader = signed_in(bureau.leader)
    assert 'name="missing" value="M_HUKOU_BOOK"' in shown(leader, case)
    assert send_back(leader, case, missing=["M_HUKOU_BOOK"], missing_more="亲属关系说明\r\n\r\n居住证明") == 302
    [decision] = Decision.objects.filter(case=case, outcome="return")
    assert decision.missing == ["M_HUKOU_BOOK", "亲属关系说明", "居住证明"]
    assert [letter.kind for letter in write_letters(case)] == ["receipt", "supplement"]

    page = signed_in(bureau.clerk).get(f"/cases/{case.pk}/").content.decode()
    for words in ("居民户口簿", "亲属关系说明", "居住证明", "补正告知书"):
        assert words in page


def test_what_was_ticked_stays_when_a_return_is_refused(bureau: Bureau, signed_in: SignedIn) -> None:
    case = bureau.at_level(2)
    leader = signed_in(bureau.leader)
    answer = leader.post(
        f"/cases/{case.pk}/decide/",
        {"level": "2", "outcome": "return", "seen": look(case), "missing": "M_HUKOU_BOOK", "missing_more": "居住证明"},
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="M_HUKOU_BOOK" form="decide-form" checked' in page
    assert "居住证明" in page


def test_the_approver_takes_and_gives_back_where_they_work(bureau: Bureau, signed_in: SignedIn) -> None:
    case = bureau.at_level(2)
    leader = signed_in(bureau.leader)
    here = f"/cases/{case.pk}/decide/"
    assert press(leader, case, "claim").url == here  # type: ignore[attr-defined]
    assert fresh(case).claimed_by == bureau.leader
    assert "decide/turns/release/" in shown(leader, case)
    assert press(leader, case, "release").url == here  # type: ignore[attr-defined]
    assert fresh(case).claimed_by is None


def test_who_asks_goes_on_to_the_next_case(bureau: Bureau, signed_in: SignedIn) -> None:
    first, second = bureau.at_level(2), bureau.at_level(2)
    leader = signed_in(bureau.leader)
    answer = press(leader, first, "ask", kind="investigation", question="请上门核实")
    assert leader.get(answer.url).url == f"/cases/{second.pk}/decide/"  # type: ignore[attr-defined]
    assert fresh(first).status == S.SUSPENDED


def test_an_act_that_is_refused_keeps_what_was_typed(bureau: Bureau, signed_in: SignedIn) -> None:
    case = bureau.at_level(2)
    answer = press(signed_in(bureau.leader), case, "ask", kind="cosign", question="请核实原住址")
    assert answer.status_code == 422  # type: ignore[attr-defined]
    page = answer.content.decode()  # type: ignore[attr-defined]
    assert "请核实原住址" in page
    assert 'id="turn-ask" aria-labelledby="turn-ask-title" data-open' in page


def test_acts_of_the_folder_are_not_to_be_had_there(bureau: Bureau, signed_in: SignedIn) -> None:
    case = bureau.at_level(2)
    for act in ("urge", "complete", "explode"):
        assert press(signed_in(bureau.leader), case, act, reason="急").status_code == 404  # type: ignore[attr-defined]


def test_a_case_a_colleague_took_is_looked_at_and_not_decided(bureau: Bureau, signed_in: SignedIn) -> None:
    case = bureau.at_level(2)
    colleague: Officer = make_officer("副所长", Duty.Role.STATION_LEADER, bureau.station)
    bureau.claim(case)
    page = shown(signed_in(colleague), case)
    assert bureau.leader.name in page
    assert 'id="decide-form"' not in page


def test_seals_a_supplement_made_void_stay_to_be_seen_with_their_file(bureau: Bureau, signed_in: SignedIn) -> None:
    case = bureau.at_level(2)
    leader, clerk = signed_in(bureau.leader), signed_in(bureau.clerk)
    send_back(leader, case)
    bureau.capture(case, "M_HUKOU_BOOK", 5)
    put_on_seals(bureau.hand_up(case, pin=PIN))
    page = shown(leader, case)
    assert "sealed-void" in page
    assert 'id="changed"' in page
    folder = clerk.get(f"/cases/{case.pk}/").content.decode()
    assert "case_file.pdf?revision=1" in folder
    old, new = (clerk.get(f"/cases/{case.pk}/documents/case_file.pdf{query}").content for query in ("?revision=1", ""))
    assert old.startswith(b"%PDF")
    assert old != new
    assert clerk.get(f"/cases/{case.pk}/documents/case_file.pdf?revision=9").status_code == 404
    assert clerk.get(f"/cases/{case.pk}/documents/case_file.pdf?revision=x").status_code == 404
