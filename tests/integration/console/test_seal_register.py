"""The seal register and one's own seal on the screen, and a seal that got stuck."""

from __future__ import annotations

import pytest

from hukou.accounts.models import Office, Officer
from tests.support import cases
from workflows.approvals import actions as approvals
from workflows.seals import storage
from workflows.seals.consent import Pin
from workflows.seals.models import Seal, SealApplication, SealAuthorisation
from workflows.seals.tasks import put_on

from .conftest import SignedIn

OTHER = "246810"


@pytest.fixture
def seal(clerk: Officer) -> Seal:
    """The desk officer's."""
    cases.give_seals(clerk)
    return Seal.objects.get(officer=clerk)


def test_the_keeper_issues_suspends_resumes_and_revokes(
    signed_in: SignedIn, branch_officer: Officer, clerk: Officer
) -> None:
    browser = signed_in(branch_officer)
    assert clerk.number in browser.get("/seals/").content.decode()  # who has no seal yet
    issued = {"kind": "personal", "officer": clerk.number, "shape": "oval", "pin": OTHER, "again": OTHER}
    assert browser.post("/seals/issue/", issued | {"again": "135790"}).status_code == 422
    assert browser.post("/seals/issue/", issued).status_code == 302
    seal = Seal.objects.get(officer=clerk)
    page = f"/seals/{seal.pk}/"
    assert browser.get(page).context["state"] == "live"
    assert browser.get(f"/seals/{seal.pk}.svg").content.startswith(b"<svg")
    for act, said, state in (
        ("suspend", {}, "suspended"),
        ("resume", {}, "live"),
        ("revoke", {"why": "superseded"}, "revoked"),
    ):
        assert browser.post(f"{page}{act}/", said | {"reason": "盘点"}).status_code == 302
        assert browser.get(page).context["state"] == state
    log = browser.get(page).context["log"]
    assert [entry.act for entry in log] == ["revoked", "resumed", "suspended", "issued"]


def test_a_holder_changes_the_pin_and_stops_a_lost_seal(signed_in: SignedIn, clerk: Officer, seal: Seal) -> None:
    browser = signed_in(clerk)
    said = {"seal": str(seal.pk), "pin": "000000", "new": OTHER, "again": OTHER}
    refused = browser.post("/seals/mine/pin/", said)
    assert (refused.status_code, refused.context["error"].code) == (422, "wrong_pin")
    assert OTHER not in refused.content.decode()
    assert browser.post("/seals/mine/pin/", said | {"pin": cases.PIN}).status_code == 302
    assert browser.post("/seals/mine/lost/", {"seal": str(seal.pk), "reason": "遗失"}).status_code == 302
    assert browser.get("/seals/mine/").context["rows"][0]["state"] == "suspended"


def test_a_leader_lends_the_units_seal_and_takes_it_back(
    signed_in: SignedIn, leader: Officer, other_clerk: Officer, station: Office
) -> None:
    browser = signed_in(leader)
    said = {
        "office": str(station.pk), "kind": "hukou", "to": other_clerk.number, "reason": "代办",
        "starts_on": "2099-01-01", "ends_on": "2099-01-31",
    }  # fmt: skip
    assert browser.post("/seals/lend/", said | {"ends_on": ""}).status_code == 422
    assert browser.post("/seals/lend/", said).status_code == 302
    given = SealAuthorisation.objects.get()
    assert (given.to_officer, given.given_by) == (other_clerk, leader)
    browser.post(f"/seals/loans/{given.pk}/end/")
    given.refresh_from_db()
    assert given.revoked_by == leader


def test_a_stuck_seal_is_shown_with_its_reason_and_put_on_by_hand(
    signed_in: SignedIn, station: Office, clerk: Officer, leader: Officer, seal: Seal
) -> None:
    case = cases.accepted(station, clerk)
    approvals.hand_up(case_id=case.pk, by=clerk, consent=Pin(cases.PIN), seen=cases.seen(case))
    application = SealApplication.objects.get(document__case=case)
    path = storage.path_of(application.prepared_sha256)
    aside = path.rename(path.with_suffix(".gone"))
    with pytest.raises(FileNotFoundError):
        put_on(application_id=application.pk)
    browser, finish = signed_in(clerk), f"/cases/{case.pk}/seals/{application.pk}/finish/"
    assert [row["case"].pk for row in browser.get("/").context["stuck"]] == [case.pk]
    assert finish in browser.get(f"/cases/{case.pk}/").content.decode()
    assert "FileNotFoundError" in browser.post(finish, follow=True).content.decode()
    aside.rename(path)
    browser.post(finish)
    application.refresh_from_db()
    assert application.state == "applied"
    assert cases.again(case).awaiting_role == "station_leader"
    assert browser.get("/").context["stuck"] == []
