"""Pages the quality check holds back: the clerk sees why, the leader settles what the clerk may not, deciders see the reason."""

from __future__ import annotations

from hukou.accounts.models import Office, Officer
from tests.support import cases
from workflows.cases import pages
from workflows.cases.models import HeldPage

from .conftest import SignedIn


def test_a_doubtful_page_is_kept_from_the_page_of_the_case(
    signed_in: SignedIn, station: Office, clerk: Officer
) -> None:
    case = cases.drafted(station, clerk)
    held = cases.held(case, "M_HUKOU_BOOK", clerk)
    browser = signed_in(clerk)
    assert "质检暂扣的页面" in browser.get(f"/cases/{case.pk}/").content.decode()
    refused = browser.post(f"/cases/{case.pk}/held/{held.pk}/keep/", {"from": "case"})
    assert refused.status_code == 422
    answer = browser.post(f"/cases/{case.pk}/held/{held.pk}/keep/", {"from": "case", "reason": "原件褪色"})
    assert answer.headers["Location"] == f"/cases/{case.pk}/"
    assert case.materials.get(code="M_HUKOU_BOOK").placements.get().held == held
    assert "质检暂扣的页面" not in browser.get(f"/cases/{case.pk}/").content.decode()


def test_a_page_that_is_not_fit_waits_on_the_leaders_desk(
    signed_in: SignedIn, station: Office, clerk: Officer, leader: Officer
) -> None:
    case = cases.drafted(station, clerk)
    held = cases.held(case, "M_HUKOU_BOOK", clerk, level=HeldPage.Level.REFUSE)
    assert "只有所领导可以决定保留" in signed_in(clerk).get(f"/cases/{case.pk}/").content.decode()
    assert "待所领导确认的页面" not in signed_in(clerk).get("/").content.decode()
    browser = signed_in(leader)
    assert f'href="/cases/{case.pk}/"' in browser.get("/").content.decode()
    answer = browser.post(f"/cases/{case.pk}/held/{held.pk}/keep/", {"from": "case", "reason": "仅存此件"})
    assert answer.status_code == 302
    assert "待所领导确认的页面" not in browser.get("/").content.decode()


def test_who_decides_sees_which_page_was_kept_and_why(
    signed_in: SignedIn, station: Office, clerk: Officer, leader: Officer
) -> None:
    cases.give_seals(clerk, leader)
    case = cases.accepted(station, clerk)
    held = cases.held(case, "M_HUKOU_BOOK", clerk)
    pages.keep_page(case_id=case.pk, held_id=held.pk, reason="原件褪色", by=clerk)
    cases.sent_up(cases.again(case), clerk)
    shown = signed_in(leader).get(f"/cases/{case.pk}/decide/").content.decode()
    assert "质检存疑仍保留的页面" in shown
    assert "原件褪色" in shown


def test_the_script_gets_held_pages_as_values(signed_in: SignedIn, station: Office, clerk: Officer) -> None:
    case = cases.drafted(station, clerk)
    held = cases.held(case, "M_HUKOU_BOOK", clerk)
    answer = signed_in(clerk).post(
        f"/cases/{case.pk}/held/{held.pk}/keep/", {"reason": "原件褪色"}, headers={"Accept": "application/json"}
    )
    page = answer.json()["page"]
    assert (page["state"], page["kept_because"], page["material"]) == ("placed", "原件褪色", "M_HUKOU_BOOK")
