"""A leader decides in the browser with a UKey of their own; the bridge beside the browser holds the key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from hukou.accounts.models import Officer
from hukou.kernel import clock
from tests.support import bridge as bridges
from tests.support.bridge import Bridge
from tests.support.site import serving
from tests.support.stages import Bureau
from workflows.approvals.models import Decision
from workflows.cases.models import Case
from workflows.seals import enrolment
from workflows.seals.models import Seal

from .conftest import CHROMIUM, PASSWORD, QUIET

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

BASIS = "公通字〔2021〕12号第五十七条"


@pytest.fixture(scope="module", autouse=True)
def _beside_the_driver() -> Iterator[None]:
    """The driver of the browsers has a loop in this thread; the test's own database work goes on beside it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


def apart(work: Callable[[], Case]) -> Case:
    """Do it in a thread without the driver's loop: checking a seal runs one of its own."""

    def alone() -> Case:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(alone).result()


def give(officer: Officer, bridge: Bridge) -> None:
    """The officer's seal is on the UKey in the bridge from here on; they sign in with the usual password."""
    Seal.objects.filter(officer=officer).update(stopped_at=clock.now(), stop_reason="superseded")
    certificate = enrolment.requested(bridge.request(), officer)
    enrolment.enrol_officer(officer=officer, keeping="own", key_name="ukey", certificate=certificate)
    officer.set_password(PASSWORD)
    officer.save()


def test_a_ukey_signs_in_the_browser(bureau: Bureau, playwright: Any) -> None:
    case = apart(lambda: bureau.at_level(2))
    with bridges.running(bridges.with_key()) as bridge, serving(HUKOU_UKEY_BRIDGE=bridge.address) as url:
        bridge.origin = url
        give(bureau.leader, bridge)
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        try:
            page = chromium.new_page()
            page.goto(f"{url}/login/")
            page.fill("[name=username]", bureau.leader.number)
            page.fill("[name=password]", PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url(f"{url}/")
            page.goto(f"{url}/cases/{case.pk}/decide/")
            page.fill("#opinion", "材料与事实不符")
            page.click("[data-decide=refuse]")
            page.fill("#legal_basis", BASIS)

            for refusal in bridges.REFUSALS:
                bridge.mood = refusal
                page.click("[data-decision-button]")
                page.wait_for_selector(f"#id_pin[data-state={refusal}]")
                words = page.get_attribute("#id_pin", f"data-{refusal.replace('_', '-')}")
                assert page.inner_text("#id_pin") == words != ""
            assert len(bridge.asked) == len(bridges.REFUSALS)  # nothing asks for a PIN again by itself
            assert not Decision.objects.filter(case=case, level=2).exists()

            bridge.mood = "well"
            page.click("[data-decision-button]")
            page.wait_for_url(lambda address: "/decide/" not in address)
        finally:
            chromium.close()
    decision = Decision.objects.get(case=case, level=2)
    assert (decision.outcome, decision.legal_basis) == ("refuse", BASIS)
    assert decision.application is not None
    assert decision.application.seal.keeping == "own"
    assert bridge.asked[-1]["case"] == case.number
    assert "pin" not in bridge.asked[-1]
