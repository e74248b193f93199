"""Deciding with a UKey of one's own: a rehearsal says what to sign, and only that signature decides, once, in time."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from audit.trail.models import Event
from hukou.accounts.models import Officer
from hukou.kernel import clock
from tests.support import bridge as bridges
from tests.support.bridge import Bridge
from tests.support.cases import put_on_seals
from tests.support.stages import PIN, fresh
from tests.support.stages import Bureau as Stages
from workflows.approvals.models import Decision
from workflows.approvals.under_way import look
from workflows.cases.models import Case
from workflows.seals import enrolment, errors, queries, storage, verify
from workflows.seals.models import Preparation, Seal, SealApplication
from workflows.seals.types import Outcome

SignedIn = Callable[[Officer], Client]


@pytest.fixture
def bridge(bureau: Stages, settings: Any) -> Bridge:
    """Clerk and leader have the same kind of UKey; this one is the leader's and the clerk's in turn."""
    settings.HUKOU_UKEY_BRIDGE = "http://127.0.0.1:17401"
    made = bridges.with_key()
    give(bureau.leader, made)
    return made


def give(officer: Officer, bridge: Bridge) -> Seal:
    Seal.objects.live().filter(officer=officer).update(stopped_at=clock.now(), stop_reason="superseded")
    certificate = enrolment.requested(bridge.request(), officer)
    return enrolment.enrol_officer(officer=officer, keeping="own", key_name="ukey", certificate=certificate)


def form(case: Case, **typed: str) -> dict[str, str]:
    case = fresh(case)
    return {"level": str(case.level), "seen": look(case), "outcome": "approve", "opinion": "情况属实"} | typed


def signature_over(bridge: Bridge, said: dict[str, str]) -> dict[str, str]:
    """What the officer's browser sends after the bridge has signed."""
    status, answer = bridge.answer(said)
    assert status == 200
    return {"preparation": said["preparation"], "signature": answer["signature"]}


class Desk:
    """A leader in front of a case at level 2."""

    def __init__(self, browser: Client, case: Case, bridge: Bridge) -> None:
        self.browser, self.case, self.bridge = browser, case, bridge

    def post(self, **typed: str) -> HttpResponse:
        return self.browser.post(f"/cases/{self.case.pk}/decide/", form(self.case, **typed))

    def laid(self, **typed: str) -> dict[str, str]:
        answer = self.post(rehearse="1", **typed)
        assert answer.status_code == 200, answer.content.decode()[:2000]
        return dict(answer.json())

    def decided(self) -> bool:
        return Decision.objects.filter(case=self.case, level=2).exists()


@pytest.fixture
def desk(bureau: Stages, bridge: Bridge, signed_in: SignedIn) -> Desk:
    case = bureau.at_level(2)
    return Desk(signed_in(bureau.leader), case, bridge)


def test_what_the_ukey_signs_decides_the_case(desk: Desk) -> None:
    page = desk.browser.get(f"/cases/{desk.case.pk}/decide/").content.decode()
    assert 'data-ukey="http://127.0.0.1:17401"' in page
    assert 'name="pin"' not in page
    events = Event.objects.count()
    laid = desk.laid()
    assert not desk.decided()
    assert Event.objects.count() == events  # a rehearsal leaves nothing behind but what is to be signed
    assert desk.post(**signature_over(desk.bridge, laid)).status_code == 302
    assert desk.decided()
    put_on_seals(desk.case)
    document = queries.latest_document(desk.case.pk, "case_file")
    assert document is not None
    report = verify.report(storage.read(document.sha256), queries.expected_of(document))
    assert report.outcome == Outcome.PASSED
    assert SealApplication.objects.get(document=document, level=2).seal.keeping == "own"


def test_a_signature_decides_once(desk: Desk, bureau: Stages) -> None:
    signed = signature_over(desk.bridge, desk.laid())
    assert desk.post(**signed).status_code == 302
    assert Preparation.objects.get().used_at is not None
    other = bureau.at_level(2)
    answer = desk.browser.post(f"/cases/{other.pk}/decide/", form(other, **signed))
    assert answer.status_code == 409
    assert not Decision.objects.filter(case=other, level=2).exists()


def refused(answer: HttpResponse) -> str:
    return str(answer.context["error"].code)


def test_a_signature_over_something_else_decides_nothing(desk: Desk) -> None:
    laid = desk.laid()
    other = base64.b64encode(desk.bridge.key.sign(b"another paper")).decode()
    for signature in (other, "", "no base64!"):
        assert refused(desk.post(preparation=laid["preparation"], signature=signature)) == "key_unfit"
    assert not desk.decided()
    assert desk.post(**signature_over(desk.bridge, laid)).status_code == 302  # a wrong try spends nothing


def test_a_preparation_is_bound_to_what_was_decided(desk: Desk) -> None:
    signed = signature_over(desk.bridge, desk.laid())
    assert refused(desk.post(**signed, opinion="另有意见")) == "preparation_unfit"
    assert refused(desk.post(**signed, outcome="refuse", legal_basis="第八条")) == "preparation_unfit"
    assert refused(desk.post(preparation="unknown", signature=signed["signature"])) == "preparation_unfit"
    assert not desk.decided()


def test_another_officer_cannot_use_it(desk: Desk, bureau: Stages, signed_in: SignedIn) -> None:
    signed = signature_over(desk.bridge, desk.laid())
    Preparation.objects.update(officer=bureau.clerk)
    assert refused(desk.post(**signed)) == "preparation_unfit"
    assert not desk.decided()


def test_what_was_laid_out_runs_out(desk: Desk) -> None:
    signed = signature_over(desk.bridge, desk.laid())
    Preparation.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    assert refused(desk.post(**signed)) == "preparation_expired"
    assert not desk.decided()
    desk.laid()
    assert Preparation.objects.count() == 1  # the one that ran out is gone


def test_a_case_that_changed_meanwhile_is_not_decided(desk: Desk, bureau: Stages) -> None:
    signed = signature_over(desk.bridge, desk.laid())
    page = form(desk.case, **signed)
    bureau.ask(desk.case, by=bureau.leader)
    bureau.answer(desk.case)
    assert refused(desk.browser.post(f"/cases/{desk.case.pk}/decide/", page)) == "content_changed"


def test_a_rehearsal_refuses_what_the_decision_would_refuse(desk: Desk) -> None:
    assert refused(desk.post(rehearse="1", outcome="refuse", legal_basis="")) == "legal_basis_needed"
    assert not Preparation.objects.exists()


def test_no_pin_decides_for_a_ukey(desk: Desk) -> None:
    for pin in ("", PIN):
        assert refused(desk.post(pin=pin)) == "signed_elsewhere"


def test_a_key_on_the_server_needs_no_rehearsal(bureau: Stages, signed_in: SignedIn) -> None:
    case = bureau.at_level(2)
    answer = signed_in(bureau.leader).post(f"/cases/{case.pk}/decide/", form(case, rehearse="1"))
    assert refused(answer) == "signed_elsewhere"


def test_cases_are_not_approved_together_with_a_ukey(desk: Desk) -> None:
    desk.browser.get(f"/cases/{desk.case.pk}/decide/")
    inbox = desk.browser.get("/inbox/")
    assert inbox.context["joinable"] is False
    answer = desk.browser.post("/inbox/approve/", {"case": [str(desk.case.pk)], "rehearse": "1"})
    assert refused(answer) == "signed_elsewhere"


def test_a_case_is_handed_up_with_a_ukey(bureau: Stages, bridge: Bridge, signed_in: SignedIn) -> None:
    give(bureau.clerk, bridge)
    case = bureau.accepted()
    browser, seen = signed_in(bureau.clerk), {"seen": look(fresh(case)), "opinion": "材料齐全"}
    laid = browser.post(f"/cases/{case.pk}/hand-up/", seen | {"rehearse": "1"}).json()
    assert fresh(case).status == Case.Status.ACCEPTED
    done = browser.post(f"/cases/{case.pk}/hand-up/", seen | signature_over(bridge, laid))
    assert done.status_code == 302
    put_on_seals(case)
    document = queries.latest_document(case.pk, "case_file")
    assert document is not None
    report = verify.report(storage.read(document.sha256), queries.expected_of(document))
    assert report.outcome == Outcome.PASSED
    assert fresh(case).level == 2


def test_an_answer_is_given_with_a_ukey(bureau: Stages, bridge: Bridge, signed_in: SignedIn) -> None:
    case = bureau.at_level(2)
    bureau.ask(case, by=bureau.leader)
    give(bureau.clerk, bridge)
    page = {"seen": look(fresh(case)), "result": "positive", "words": "属实"}
    address = f"/cases/{case.pk}/turns/answer/"
    laid = signed_in(bureau.clerk).post(address, page | {"rehearse": "1"}).json()
    statement = base64.b64decode(laid["attributes"]).decode()
    assert statement.startswith(f"hukou-earchive consent\n{bureau.clerk.number}\n")
    assert signed_in(bureau.clerk).post(address, page | signature_over(bridge, laid)).status_code == 302


def test_a_request_whose_key_did_not_sign_it_is_not_certified(bureau: Stages, bridge: Bridge) -> None:
    request = bridge.request()
    request["signature"] = bridges.with_key().key.sign(request["certification_request_info"].dump())
    with pytest.raises(errors.KeyUnfit):
        enrolment.requested(request, bureau.leader)
