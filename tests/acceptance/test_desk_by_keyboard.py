"""A station leader works the queue without the mouse: walk, open, look, decide, tick, approve together, search."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from .conftest import PIN, RunningSite

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CLERK, LEADER = "110001", "110005"
PLAIN, KEY = "0203", "1102"
Page = Any

SEED = """
import json
from hukou.accounts.models import Officer
from tests.support import cases
cases.PIN = {pin!r}
clerk = Officer.objects.get(number={clerk!r})
station = clerk.duties_on()[0].office
print("made", json.dumps([cases.handed_up(station, clerk, code).pk for code in {codes!r}]))
"""
SUPPLEMENT = """
from hukou.accounts import demo
from hukou.accounts.models import Officer
from tests.support import cases
from workflows.cases import actions
from workflows.cases.models import Case, MaterialPage
cases.PIN = {pin!r}
clerk = Officer.objects.get(number={clerk!r})
case = Case.objects.get(pk={case})
said = demo.application() | {{"reason": "补充说明：申请人已更正理由"}}
actions.update_case(case_id=case.pk, form=said, facts=set(case.facts), judged=set(case.judged), by=clerk)
old = MaterialPage.objects.filter(material__case=case, superseded_at=None).order_by("pk")[0]
new = cases.place(case, old.material.code, clerk)
MaterialPage.objects.filter(pk=old.pk).update(superseded_at=new.placed_at, superseded_by=clerk, superseded_reason="页面模糊")
MaterialPage.objects.filter(pk=new.pk).update(position=old.position)
cases.sent_up(cases.again(case), clerk)
"""


def run(site: RunningSite, program: str, **words: object) -> str:
    """Do something at another window of the same station."""
    done = site.manage("shell", "-c", program.format(pin=PIN, clerk=CLERK, **words))
    assert done.returncode == 0, done.stderr
    return done.stdout


def seed(site: RunningSite, *codes: str) -> list[int]:
    """Cases that wait for the leader, all papers in."""
    found = re.search(r"made (\[.*\])", run(site, SEED, codes=codes))
    assert found is not None
    return list(json.loads(found[1]))


def focused(page: Page) -> str:
    """Id of what the keyboard is on."""
    return str(page.evaluate("() => document.activeElement.id"))


def look_at_every_page(page: Page) -> None:
    """Space until nothing is unseen."""
    for _ in range(200):
        if page.locator("[data-seen-progress][data-whole]").count():
            return
        page.keyboard.press("Space")
        page.wait_for_timeout(120)
    pytest.fail("pages stayed unseen")


def test_the_queue_is_worked_by_keyboard(
    site: RunningSite, signed_in: Callable[[str], Page], shots: Callable[[Page, str], None]
) -> None:
    made = seed(site, PLAIN, PLAIN, KEY)
    leader = signed_in(LEADER)
    leader.goto(f"{site.url}/inbox/")
    shots(leader, "inbox-1366")
    assert leader.locator("[data-tick]").count() == 0
    lines = [
        f"row-{pk}"
        for pk in leader.evaluate("() => [...document.querySelectorAll('[data-row]')].map(r => r.dataset.row)")
    ]
    assert {f"row-{pk}" for pk in made} <= set(lines)
    leader.keyboard.press("j")
    assert focused(leader) == lines[0]
    leader.keyboard.press("ArrowDown")
    assert focused(leader) == lines[1]
    leader.keyboard.press("k")
    leader.keyboard.press("Enter")
    leader.wait_for_url(f"**/cases/{lines[0][4:]}/decide/")

    leader.wait_for_selector("[data-stage] img[data-placed]")
    small = leader.inner_text("[data-scale]")
    leader.keyboard.press("+")
    assert leader.inner_text("[data-scale]") != small
    leader.keyboard.press("r")
    assert "rotate(90deg)" in leader.get_attribute("[data-stage] img", "style")
    leader.keyboard.press("s")
    leader.wait_for_function("() => document.querySelectorAll('[data-stage] img[data-placed]').length === 2")
    shots(leader, "decide-two-1366")
    leader.keyboard.press("s")
    assert leader.locator("[data-stage]:not([hidden])").count() == 1
    look_at_every_page(leader)
    leader.keyboard.press("a")
    leader.wait_for_selector("#decision[open]")
    assert focused(leader) == "id_pin"
    leader.keyboard.press("Escape")
    leader.keyboard.press("j")
    leader.wait_for_url(f"**/cases/{lines[1][4:]}/decide/")
    shots(leader, "decide-1366")

    leader.goto(f"{site.url}/inbox/")
    plain = made[:2]
    for pk in plain:
        leader.goto(f"{site.url}/cases/{pk}/decide/")
    leader.goto(f"{site.url}/cases/{made[2]}/decide/")
    leader.goto(f"{site.url}/inbox/")
    assert leader.locator("[data-tick]").count() == 2
    leader.focus(f"#row-{plain[0]}")
    leader.keyboard.press("t")
    leader.focus(f"#row-{plain[1]}")
    leader.keyboard.press("t")

    [late] = seed(site, PLAIN)  # somebody hands a case up meanwhile
    leader.wait_for_selector(f"[data-row='{late}'][data-new]", timeout=30_000)
    assert focused(leader) == f"row-{plain[1]}"
    assert leader.locator("[data-tick]:checked").count() == 2
    assert leader.inner_text("#inbox-tally") == leader.inner_text("#count-all")
    shots(leader, "inbox-ticked-1366")

    leader.keyboard.press("a")
    leader.wait_for_selector("#together[open]")
    assert leader.locator("[data-ticked-list] li").count() == 2
    shots(leader, "together-1366")
    leader.keyboard.type(PIN)
    leader.keyboard.press("Enter")
    leader.wait_for_selector(".together-result .banner-success")
    assert leader.locator("#not-approved").count() == 0
    assert not {f"[data-row='{pk}']" for pk in plain if leader.locator(f"[data-row='{pk}']").count()}
    shots(leader, "together-done-1366")


def test_what_changed_since_the_return_lies_side_by_side(
    site: RunningSite, signed_in: Callable[[str], Page], shots: Callable[[Page, str], None]
) -> None:
    [case] = seed(site, PLAIN)
    leader = signed_in(LEADER)
    leader.goto(f"{site.url}/cases/{case}/decide/")
    leader.keyboard.press("o")
    leader.keyboard.type("请补充理由，第一页模糊。")
    leader.keyboard.press("Escape")
    leader.keyboard.press("b")
    leader.wait_for_selector("#decision[open]")
    leader.keyboard.press("Enter")
    leader.wait_for_load_state()
    run(site, SUPPLEMENT, case=case)
    leader.goto(f"{site.url}/cases/{case}/decide/")
    told = leader.inner_text("#changed")
    assert "补充说明" in told
    assert "页面模糊" in told
    leader.click("#changed a[data-beside]")
    leader.wait_for_function("() => document.querySelectorAll('[data-stage] img[data-placed]').length === 2")
    shots(leader, "changed-1366")
    leader.set_viewport_size({"width": 1920, "height": 1080})
    shots(leader, "changed-1920")
    leader.goto(f"{site.url}/inbox/")
    shots(leader, "inbox-1920")
    leader.goto(f"{site.url}/")
    shots(leader, "desk-1920")


def test_a_case_is_found_by_pinyin_and_nothing_asked_stands_in_an_address(
    site: RunningSite, signed_in: Callable[[str], Page], shots: Callable[[Page, str], None]
) -> None:
    [case] = seed(site, PLAIN)
    clerk = signed_in(CLERK)
    addresses: list[str] = []
    clerk.on("request", lambda request: addresses.append(request.url))
    name = run(
        site,
        "from workflows.cases.models import Case\nprint('name', Case.objects.get(pk={case}).applicant_name)",
        case=case,
    )
    surname = name.split("name ")[1].strip()[:1]
    clerk.keyboard.press("/")
    assert focused(clerk) == "site-search"
    clerk.keyboard.type(surname)
    clerk.wait_for_selector("#site-search-list [role=option]")
    clerk.keyboard.press("ArrowDown")
    assert clerk.get_attribute("#site-search", "aria-activedescendant") == "site-search-list-0"
    shots(clerk, "suggestions-1366")
    clerk.keyboard.press("Enter")
    clerk.wait_for_url(re.compile(r"/cases/\d+/$"))
    clerk.keyboard.press("/")
    clerk.keyboard.type(surname)
    clerk.keyboard.press("Enter")
    clerk.wait_for_url(f"{site.url}/search/")
    clerk.wait_for_selector(f"a.row-link[href='/cases/{case}/']")
    shots(clerk, "search-1366")
    assert not [address for address in addresses if "?" in address and "search" in address]
