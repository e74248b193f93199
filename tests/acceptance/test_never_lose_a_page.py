"""Twelve papers are captured while everything fails that can: each is in the case once, byte for byte as it was taken."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from capture.pipeline import specimens
from tests.support.streams import slow_camera
from workflows.papers import specimen

from .conftest import RunningSite
from .station import PLAN, Station, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CLERK, COLLEAGUE = "110001", "110002"
# Mounted upright over the sheet: only so have 5 MP the 200 dots per inch an A4 sheet must show.
SIZES = {"5 MP": (1944, 2592), "8 MP": (2448, 3264), "16 MP": (3456, 4608)}
OFFLINE = re.compile(r"离线：\d+ 页已保存在本机")
"""How many is asked of the shelf itself; a paper taken twice is counted by the page too."""
Stations = Callable[..., Station]
# A full disk as IndexedDB reports it: the change is undone and says why. Chromium's own switch for it has no effect here.
NO_ROOM_LEFT = """
() => {
  window.noRoomLeft = true;
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (...what) {
    const asked = put.apply(this, what);
    if (!window.noRoomLeft) return asked;
    Object.defineProperty(this.transaction, "error", { value: new DOMException("full", "QuotaExceededError") });
    this.transaction.abort();
    return asked;
  };
}
"""


@pytest.fixture(scope="session")
def papers() -> list[bytes]:
    """Eighteen papers under a 5 MP camera."""
    sheets = [specimens.paper(specimen.render("M_APPLY_FORM", f"演示材料第{n + 1}号", n)) for n in range(18)]
    return [
        specimens.photograph(sheet, seed=n, size=SIZES["5 MP"], fill=0.95, askew=1.0) for n, sheet in enumerate(sheets)
    ]


@pytest.fixture(scope="session")
def streams(papers: list[bytes], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The same papers as a camera of another size gives them."""
    folder = tmp_path_factory.mktemp("streams")

    def stream(size: str) -> Path:
        path = folder / f"{size}.y4m"
        return path if path.exists() else slow_camera(path, papers, SIZES[size])

    return stream


@pytest.fixture
def station(
    playwright: object, site: RunningSite, streams: Callable[[str], Path], tmp_path: Path
) -> Iterator[Stations]:
    """A workstation whose camera has that size."""
    started: list[Station] = []

    def start(size: str = "5 MP") -> Station:
        started.append(Station(playwright, site, tmp_path / "profile", streams(size)))
        return started[0]

    yield start
    for one in started:
        one.stop()


@pytest.fixture
def desk(station: Stations) -> Station:
    """A workstation with a 5 MP camera."""
    return station()


@pytest.mark.parametrize(  # the others in this file have 5 MP
    "size",
    [pytest.param("5 MP", marks=pytest.mark.nightly), "8 MP", pytest.param("16 MP", marks=pytest.mark.nightly)],
)
def test_twelve_papers_of_a_case(station: Stations, size: str) -> None:
    desk = station(size)
    page = desk.tab("/login/")
    desk.sign_in(page, CLERK)
    path = desk.open_case(page)

    desk.capture(page, PLAN)
    desk.wait_until_sent(page)

    assert desk.sizes == {SIZES[size]}
    assert len(desk.taken) == 12
    desk.assert_every_page_is_there_once(page, path)


def test_the_network_is_cut_in_the_middle(desk: Station) -> None:
    page = desk.tab("/login/")
    desk.sign_in(page, CLERK)
    path = desk.open_case(page)
    desk.capture(page, PLAN[:4])
    desk.wait_until_sent(page)

    desk.context.set_offline(True)
    desk.capture(page, PLAN[4:8])
    page.get_by_text(OFFLINE).wait_for()
    assert desk.shelf(page) == desk.taken[4:8]
    desk.context.set_offline(False)
    desk.capture(page, PLAN[8:])
    desk.wait_until_sent(page)

    assert page.get_by_text("离线：").count() == 0 or not page.get_by_text("离线：").first.is_visible()
    desk.assert_every_page_is_there_once(page, path)


def test_the_server_is_killed_and_comes_back(desk: Station, site: RunningSite) -> None:
    page = desk.tab("/login/")
    desk.sign_in(page, CLERK)
    path = desk.open_case(page)
    desk.capture(page, PLAN[:6])

    site.kill_server()  # while pages are on their way
    desk.capture(page, PLAN[6:])
    site.wait_until_up()
    desk.wait_until_sent(page)

    desk.assert_every_page_is_there_once(page, path)


def test_the_tab_is_closed_and_opened_again_without_a_network(desk: Station) -> None:
    page = desk.tab("/login/")
    desk.sign_in(page, CLERK)
    path = desk.open_case(page)
    desk.capture(page, PLAN[:4])
    desk.wait_until_sent(page)
    desk.wait_until_kept(page, path, pictures=4)
    desk.context.set_offline(True)
    desk.capture(page, PLAN[4:7])
    page.close()

    page = desk.tab(path)
    page.get_by_text(OFFLINE).wait_for()
    assert page.locator("[data-slots] img").count() >= 4
    wait_for(page, "() => [...document.querySelectorAll('[data-slots] img')].every((one) => one.naturalWidth > 0)")
    desk.capture(page, PLAN[7:9])
    page.reload()
    page.get_by_text(OFFLINE).wait_for()
    desk.capture(page, PLAN[9:])
    assert desk.shelf(page) == desk.taken[4:]
    desk.context.set_offline(False)
    desk.wait_until_sent(page)

    desk.assert_every_page_is_there_once(page, path)


def test_the_browser_crashes_with_pages_unsent(desk: Station) -> None:
    page = desk.tab("/login/")
    desk.sign_in(page, CLERK)
    path = desk.open_case(page)
    desk.capture(page, PLAN[:3])
    desk.context.set_offline(True)
    desk.capture(page, PLAN[3:8])
    desk.crash()

    desk.start()
    page = desk.tab("/login/")
    desk.sign_in(page, CLERK, path)  # a session does not outlive its browser
    desk.capture(page, PLAN[8:])
    desk.wait_until_sent(page)

    desk.assert_every_page_is_there_once(page, path)


def test_an_officer_signs_out_with_pages_unsent_and_a_colleague_works_here_meanwhile(
    desk: Station, site: RunningSite
) -> None:
    page = desk.tab("/login/")
    desk.sign_in(page, CLERK)
    path = desk.open_case(page)
    desk.capture(page, PLAN[:6])
    desk.wait_until_sent(page)
    page.route("**/pages/", lambda route: route.abort())  # nothing gets through from now on
    page.route("**/uploads/**", lambda route: route.abort())
    desk.capture(page, PLAN[6:])
    desk.sign_out(page)
    page.unroute_all()
    assert page.evaluate("async () => (await caches.keys()).filter((name) => name.includes('capture'))") == []
    assert len(desk.shelf(page)) == 6

    desk.sign_in(page, COLLEAGUE)
    mine, desk.taken = desk.taken, []
    other = desk.open_case(page)
    page.get_by_text(re.compile(r"本机另存有其他民警的 \d+ 页")).wait_for()
    assert page.locator("[data-queue] li").count() == 0
    desk.capture(page, PLAN[:1])
    wait_for(page, "() => document.querySelectorAll('[data-slots] img').length > 0")
    assert desk.shelf(page) == mine[6:]
    desk.sign_out(page)
    assert desk.shelf(page) == mine[6:]

    desk.sign_in(page, CLERK, path)
    desk.wait_until_sent(page)
    theirs, desk.taken = desk.taken, mine
    desk.assert_every_page_is_there_once(page, path)
    assert len(theirs) == 1
    assert other != path


@pytest.mark.nightly
def test_two_tabs_capture_into_one_case(desk: Station) -> None:
    one = desk.tab("/login/")
    desk.sign_in(one, CLERK)
    path = desk.open_case(one)
    two = desk.tab(path)
    desk.context.set_offline(True)
    for number in range(0, 12, 3):
        front = (one, two)[number % 2]
        front.bring_to_front()
        desk.capture(front, PLAN[number : number + 3])
    assert desk.shelf(one) == desk.taken

    desk.context.set_offline(False)
    desk.wait_until_sent(one)

    for page in (one, two):  # a paper the camera showed twice stays there, refused with a sentence
        wait_for(page, "() => !document.querySelector('[data-queue] li:not([data-state=refused])')")
    desk.assert_every_page_is_there_once(one, path)


@pytest.mark.nightly
def test_a_line_that_cuts_pieces_off(station: Stations) -> None:
    desk = station("8 MP")
    page = desk.tab("/login/")
    desk.sign_in(page, CLERK)
    path = desk.open_case(page)
    asked: list[str] = []
    weather = random.Random(
        5
    )  # no fixed beat: a picture needs about three requests, and one beat would always hit the same

    def cut(route: Any) -> None:
        whole = route.request.url.endswith("/pages/") and not any(asked_for.endswith("/pages/") for asked_for in asked)
        asked.append(f"{route.request.method} {route.request.url}")
        storm = weather.random()
        if whole or storm < 0.2:  # the first picture never gets through in one piece
            route.abort()
        elif storm < 0.27:
            route.fetch()  # it arrives, and the answer is lost
            route.abort()
        else:
            route.continue_()

    page.route("**/pages/", cut)
    page.route("**/uploads/**", cut)
    desk.capture(page, PLAN[:3])
    desk.wait_until_sent(page)

    assert sum(asked_for.startswith("PATCH") for asked_for in asked) >= 2
    page.unroute_all()
    desk.assert_every_page_is_there_once(page, path)


def test_a_busy_server_says_how_many_wait_and_gets_everything_later(desk: Station) -> None:
    page = desk.tab("/login/")
    desk.sign_in(page, CLERK)
    path = desk.open_case(page)
    waiting = [7]

    def busy(route: Any) -> None:
        if not waiting:
            return route.continue_()
        body = {
            "code": "workshop_busy",
            "message": "忙",
            "advice": "稍候",
            "retry_after": 1,
            "waiting": waiting[0],
        }
        return route.fulfill(status=503, body=json.dumps(body), content_type="application/json")

    page.route("**/pages/", busy)
    desk.capture(page, PLAN[:2])
    page.get_by_text("服务器繁忙，前面还有 7 页").wait_for()
    waiting[0] = 3
    page.get_by_text("服务器繁忙，前面还有 3 页").wait_for()
    waiting.clear()
    desk.wait_until_sent(page)

    desk.assert_every_page_is_there_once(page, path)


def test_a_full_machine_takes_nothing_silently(desk: Station) -> None:
    page = desk.tab("/login/")
    desk.sign_in(page, CLERK)
    path = desk.open_case(page)
    desk.capture(page, PLAN[:2])
    desk.wait_until_sent(page)

    page.evaluate(NO_ROOM_LEFT)
    page.click("[data-slot='M_CONFIRM_SHEET'] .slot-name")
    wait_for(page, "() => document.querySelector('video').videoWidth > 0")
    page.keyboard.press("Space")
    page.get_by_text("本机存储空间已满").wait_for()
    assert desk.shelf(page) == []

    page.evaluate("() => delete window.noRoomLeft")
    desk.capture(page, PLAN[2:4])
    desk.wait_until_sent(page)
    assert not page.get_by_text("本机存储空间已满").is_visible()
    desk.assert_every_page_is_there_once(page, path)
