"""The first case, clicked from the window to the archive by five people, each at a screen of their own."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from capture.pipeline import specimens
from hukou.accounts import demo

from .conftest import PIN, RunningSite

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CLERK, LEADER, BRANCH, OVERSEER, STRANGER = "110001", "110005", "100001", "900003", "120001"
Page = Any


def test_a_case_goes_from_the_window_to_the_archive(
    site: RunningSite, signed_in: Callable[[str], Page], shots: Callable[[Page, str], None]
) -> None:
    clerk = signed_in(CLERK)
    shots(clerk, "02-desk")
    case = _open(clerk, site, shots)
    _capture_everything(clerk, shots)
    clerk.goto(f"{site.url}/cases/{case}/")
    shots(clerk, "05-case-draft")
    clerk.click("form[action$='/accept/'] button.button-primary")
    clerk.wait_for_selector("[data-opens='hand-up']")
    number = re.sub(r"\D", "", clerk.title())
    shots(clerk, "06-case-accepted")
    _hand_up(clerk, shots)

    leader = signed_in(LEADER)
    _decide(leader, site, case, shots, "08-leader")
    branch = signed_in(BRANCH)
    clerk.goto(f"{site.url}/")  # the clerk's screen is open when the branch decides
    _decide(branch, site, case, shots, "09-branch")

    toast = clerk.wait_for_selector(f"#toasts a[href$='/cases/{case}/notice/']", timeout=30_000)
    shots(clerk, "10-notice-arrives")
    toast.click()
    clerk.wait_for_url(f"**/cases/{case}/notice/")
    clerk.wait_for_timeout(800)
    shots(clerk, "11-notice")
    clerk.click("form[action$='/notice/read/'] button")
    clerk.wait_for_load_state()

    clerk.goto(f"{site.url}/cases/{case}/capture/")
    _capture_everything(clerk, lambda page, name: None)
    clerk.goto(f"{site.url}/cases/{case}/")
    clerk.click("[data-opens='turn-complete']")
    clerk.fill("#turn-complete [name=number]", "RK-2026-000117")
    shots(clerk, "12-complete")
    clerk.click("#turn-complete button.button-primary")
    clerk.click("form[action$='/file/'] button")
    clerk.wait_for_load_state()
    shots(clerk, "12-filed")

    overseer = signed_in(OVERSEER)
    overseer.goto(f"{site.url}/cases/{case}/trail/")
    shots(overseer, "13-trail")
    told = overseer.inner_text("main")
    for act in ("受理", "上报", "归档"):
        assert act in told
    overseer.goto(f"{site.url}/cases/{case}/seals/")
    shots(overseer, "14-seals")

    report = site.manage("verify_case", number, "--json")
    assert report.returncode == 0, report.stdout + report.stderr
    verified = json.loads(report.stdout)
    assert [seal["outcome"] for seal in verified["seals"]] == ["PASSED"] * 5  # three officers, unit seal, notice
    assert site.manage("verify_trail", "--json").returncode == 0


def test_a_word_from_elsewhere_does_not_stay_over_the_page(signed_in: Callable[[str], Page]) -> None:
    clerk = signed_in(CLERK)
    clerk.clock.install()
    clerk.reload()
    toasts = clerk.locator("#toasts > *")
    clerk.evaluate("document.dispatchEvent(new CustomEvent('live:alert_raised', { detail: { alert: 1 } }))")
    toasts.wait_for()
    toasts.hover()
    clerk.clock.fast_forward(60_000)
    assert toasts.count() == 1  # somebody is about to press it
    clerk.mouse.move(5, 5)
    clerk.clock.fast_forward(60_000)
    toasts.wait_for(state="detached")


def test_a_stranger_station_finds_nothing(site: RunningSite, signed_in: Callable[[str], Page]) -> None:
    stranger = signed_in(STRANGER)
    for path in ("/cases/1/", "/cases/1/capture/", "/cases/1/trail/", "/cases/1/decide/", "/cases/999999/"):
        assert stranger.goto(f"{site.url}{path}").status == 404
        assert "没有" in stranger.inner_text("body")


def test_pressing_everything_twice_does_everything_once(
    site: RunningSite, signed_in: Callable[[str], Page], shots: Callable[[Page, str], None]
) -> None:
    clerk = signed_in("110002")
    case = _open(clerk, site, lambda page, name: None, twice=True)
    _capture_everything(clerk, lambda page, name: None)
    clerk.goto(f"{site.url}/cases/{case}/")
    clerk.dblclick("form[action$='/accept/'] button.button-primary")
    clerk.wait_for_selector("[data-opens='hand-up']")
    clerk.goto(f"{site.url}/cases/{case}/trail/")
    assert clerk.inner_text("main").count("受理\n") <= 1


def _open(clerk: Page, site: RunningSite, shots: Callable[[Page, str], None], *, twice: bool = False) -> int:
    clerk.goto(f"{site.url}/cases/new/")
    shots(clerk, "03-pick")
    clerk.click("a[href$='/cases/new/1102/']")
    for name, value in demo.application().items():
        clerk.fill(f"[name={name}]", value)
    shots(clerk, "04-open")
    (clerk.dblclick if twice else clerk.click)("form.columns button.button-primary")
    clerk.wait_for_url(re.compile(r"/cases/\d+/capture/"))
    found = re.search(r"/cases/(\d+)/", clerk.url)
    assert found is not None
    return int(found[1])


def _capture_everything(clerk: Page, shots: Callable[[Page, str], None]) -> None:
    """Space for every paper; the portrait comes as a file, as from a station whose second camera is away."""
    clerk.wait_for_function("() => document.querySelector('video')?.videoWidth > 0")
    clerk.wait_for_timeout(1000)
    for turn in range(40):
        slots = clerk.evaluate(
            "() => [...document.querySelectorAll('[data-slot]')].map(s => [s.dataset.slot, s.dataset.state])"
        )
        missing = [slot for slot in slots if slot[1] in ("missing", "partial")]
        if not missing:
            shots(clerk, "05-captured")
            return
        code = missing[0][0]
        before = clerk.locator("[data-slot] img").count()
        clerk.click(f"[data-slot='{code}']")
        if code == "M_SITE_PHOTO":
            picture = {"name": "portrait.jpg", "mimeType": "image/jpeg", "buffer": specimens.portrait(seed=turn)}
            clerk.set_input_files("input[type=file]", picture)
        else:
            clerk.keyboard.press("Space")
        clerk.wait_for_function(
            "before => document.querySelectorAll('[data-slot] img').length > before"
            " || [...document.querySelectorAll('button')].some(b => b.textContent.includes('放弃'))",
            arg=before,
            timeout=60_000,
        )
        set_aside = clerk.locator("button", has_text="放弃")
        if set_aside.count():  # the same paper was still lying there: the site says so, and nothing is lost
            set_aside.first.click()
        clerk.wait_for_timeout(900)  # the next paper is laid down
        if turn == 2:
            shots(clerk, "05-capture")
    pytest.fail("the slots did not fill")


def _hand_up(clerk: Page, shots: Callable[[Page, str], None]) -> None:
    clerk.click("[data-opens='hand-up']")
    clerk.fill("#hand-up-pin", "000000")
    clerk.click("#hand-up button.button-primary")
    clerk.wait_for_selector("#hand-up .banner-error")  # a wrong PIN decides nothing and loses no text
    shots(clerk, "07-wrong-pin")
    clerk.fill("#hand-up-pin", PIN)
    clerk.click("#hand-up button.button-primary")
    clerk.wait_for_load_state()


def _decide(officer: Page, site: RunningSite, case: int, shots: Callable[[Page, str], None], name: str) -> None:
    officer.goto(f"{site.url}/inbox/")
    officer.wait_for_selector(f"a[href='/cases/{case}/decide/']", timeout=30_000)  # comes by itself when the seal is on
    shots(officer, f"{name}-inbox")
    officer.goto(f"{site.url}/cases/{case}/decide/")
    for _page in range(40):
        if officer.evaluate("() => document.querySelector('[data-seen-progress]')?.hasAttribute('data-whole')"):
            break
        officer.keyboard.press("Space")
        officer.wait_for_timeout(150)
    shots(officer, f"{name}-decide")
    officer.click("[data-decide='approve']")
    officer.fill("#id_pin", PIN)
    shots(officer, f"{name}-pin")
    officer.click("[data-decision-button]")
    officer.wait_for_url(lambda url: f"/cases/{case}/decide/" not in url)  # to the next case, or to the inbox
