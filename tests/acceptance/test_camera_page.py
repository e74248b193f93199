"""What a clerk does at the camera, in a real browser: captures by itself, held pages, turning, order, sides, files, pedal."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from capture.pipeline import specimens
from hukou.accounts import demo

from .conftest import CHROMIUM, PASSWORD, QUIET, RunningSite, with_camera
from .station import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Page = Any
Open = Callable[..., Page]
CLERK, LEADER = "110001", "110005"
SLOT, FEW, CARD, PORTRAIT = "M_NAME_REASON", "M_NAME_APPLY", "M_APPLICANT_ID", "M_SITE_PHOTO"
SIZE = (3264, 2448)
PAPERS = 3
FIRST_WAY_IN = "form.columns button.button-primary"


@functools.cache
def sheet(seed: int, **how: float) -> bytes:
    """A photograph of an A4 sheet under an 8 MP camera."""
    return specimens.photograph(specimens.sheet(seed, size=(2480, 3508)), seed, SIZE, fill=0.93, **how)


def card(seed: int) -> bytes:
    """A photograph of one side of a card with a red seal, large enough for 300 dpi."""
    face = np.full((1080, 1712, 3), (226, 232, 236), np.uint8)
    for row in range(6):
        cv2.putText(face, f"SIDE {seed} LINE {row * seed}", (120, 220 + 130 * row), 0, 3, (40, 30, 30), 6, cv2.LINE_AA)
    cv2.circle(face, (1400, 760), 170, (40, 40, 205), 16, cv2.LINE_AA)
    return specimens.photograph(face, seed, SIZE, fill=0.55)


def file(name: str, data: bytes) -> dict[str, Any]:
    """A file as a browser is given it."""
    return {"name": name, "mimeType": "image/jpeg", "buffer": data}


@pytest.fixture(scope="module")
def three_papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The desk, then three papers in turn with the desk between them, then the desk for long."""
    desk = specimens.fake_camera_stream([_empty(SIZE)], repeat=1)
    path = tmp_path_factory.mktemp("turn") / "stream.mjpeg"
    with path.open("wb") as stream:
        stream.write(desk * 6)
        for seed in range(1, PAPERS + 1):
            stream.write(specimens.fake_camera_stream([sheet(seed)], repeat=45))
            stream.write(desk * 14)
        stream.write(desk * 500)
    return path


def _empty(size: tuple[int, int]) -> bytes:
    done, jpeg = cv2.imencode(".jpg", np.full((size[1], size[0], 3), (46, 52, 40), np.uint8))
    assert done
    return jpeg.tobytes()


@pytest.fixture(scope="module")
def empty_desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small camera that sees nothing but the desk, for what is done with files."""
    path = tmp_path_factory.mktemp("empty") / "stream.mjpeg"
    path.write_bytes(specimens.fake_camera_stream([_empty((640, 480))], repeat=30))
    return path


@pytest.fixture
def desk(playwright: Any, site: RunningSite, empty_desk: Path) -> Iterator[Open]:
    """Opens the capture page of a new case; `stream` is what its camera sees; `cameras=2`: two that draw by themselves."""
    started: list[Any] = []
    faults: list[str] = []

    def open_case(stream: Path = empty_desk, *, cameras: int = 1, wait: bool = True, **context_options: Any) -> Page:
        two = [*QUIET, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream=device-count=2"]
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=two if cameras == 2 else with_camera(stream)
        )
        started.append(browser)
        context = browser.new_context(
            viewport={"width": 1366, "height": 768}, permissions=["camera"], **context_options
        )
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        sign_in(page, site, CLERK)
        page.goto(f"{site.url}/cases/new/1102/")
        for name, value in demo.application().items():
            page.fill(f"[name={name}]", value)
        page.click(FIRST_WAY_IN)
        page.wait_for_url(re.compile(r"/cases/\d+/capture/"))
        if wait:
            page.wait_for_selector("[data-capture-root][data-ready]")
            wait_for(page, "() => document.querySelector('video').videoWidth > 0")
        return page

    yield open_case
    for browser in started:
        browser.close()
    assert faults == []


def sign_in(page: Page, site: RunningSite, number: str) -> None:
    """Sign in and stand on the first page."""
    page.goto(f"{site.url}/login/")
    page.fill("[name=username]", number)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}/")


def choose(page: Page, slot: str) -> None:
    """Make a slot the one pages go into."""
    page.keyboard.press("Escape")
    page.click(f"[data-slot='{slot}'] .slot-name")


def bring(page: Page, *files: dict[str, Any]) -> None:
    """Give the page files, and wait until the last has been answered."""
    page.set_input_files("[data-file]", list(files))
    wait_for(page, "() => !document.querySelector('[data-queue] li')")


def wait_for_pages(page: Page, slot: str, count: int) -> list[str]:
    """Until so many pages lie in the slot; answers their ids in order."""
    wait_for(
        page,
        "([slot, count]) => document.querySelectorAll(`[data-slot=${slot}] .thumb:not(.thumb-held)[data-page]`).length === count",
        [slot, count],
    )
    return ids(page, slot)


def ids(page: Page, slot: str) -> list[str]:
    """Placements of a slot as they lie."""
    found: list[str] = page.eval_on_selector_all(
        f"[data-slot='{slot}'] .thumb:not(.thumb-held)[data-page]", "all => all.map((thumb) => thumb.dataset.page)"
    )
    return found


def pages_on_server(page: Page, slot: str) -> list[dict[str, Any]]:
    """The pages of a slot as a reload shows them."""
    page.reload()
    page.wait_for_selector("[data-capture-root][data-ready]")
    slots = page.evaluate("() => JSON.parse(document.getElementById('capture-slots').textContent)")
    found: list[dict[str, Any]] = next(one for one in slots if one["code"] == slot)["pages"]
    return found


def test_three_papers_in_turn_are_captured_by_themselves_once_each(
    desk: Open, three_papers: Path, shots: Callable[[Page, str], None]
) -> None:
    page = desk(three_papers)
    choose(page, SLOT)
    wait_for(
        page, "() => document.querySelector('[data-outline] polygon').getAttribute('points').split(' ').length === 4"
    )
    assert ids(page, SLOT) == []  # nothing is taken before the clerk has asked for it

    page.keyboard.press("a")
    wait_for_pages(page, SLOT, PAPERS)
    wait_for(page, "() => document.querySelector('[data-hint]').dataset.hint === 'hint-lay'")
    shots(page, "camera-by-itself")
    page.wait_for_timeout(1500)

    assert float(page.get_attribute("[data-stage]", "data-fps")) > 0
    found = pages_on_server(page, SLOT)
    assert len(found) == len({one["original_sha256"] for one in found}) == PAPERS
    assert [one["verdict"] for one in found] == ["pass"] * PAPERS
    assert page.get_attribute("[data-auto]", "aria-pressed") == "true"  # remembered on this machine


def test_a_folder_comes_in_natural_order_and_what_is_no_picture_is_named_for_what_it_is(
    desk: Open, tmp_path: Path, shots: Callable[[Page, str], None]
) -> None:
    page = desk()
    choose(page, SLOT)
    folder = tmp_path / "扫描件"
    (folder / "下级").mkdir(parents=True)
    for name, seed in (("第10页.jpg", 13), ("第2页.jpg", 12), ("第1页.jpg", 11)):
        (folder / name).write_bytes(sheet(seed))
    (folder / "收据.jpg").write_bytes(b"II*\0" + bytes(64))
    (folder / "说明.jpg").write_bytes(b"%PDF-1.7\n")
    (folder / "手机.jpg").write_bytes(b"\0\0\0\x18ftypheic" + bytes(64))
    (folder / "下级" / "申请.png").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    (folder / "空.jpg").touch()
    (folder / "Thumbs.db").write_bytes(b"nothing to anybody")

    page.set_input_files("[data-folder]", str(folder))
    wait_for_pages(page, SLOT, 3)
    page.get_by_text("已导入 3 个文件，共 8 个").wait_for()
    shots(page, "camera-import")

    told = page.inner_text("[data-import]")
    for kind in ("TIFF", "PDF", "HEIC", "办公文档", "空文件"):
        assert kind in told
    assert "Thumbs" not in told
    titles = [one["original_sha256"] for one in pages_on_server(page, SLOT)]
    assert titles == [hashlib.sha256(sheet(seed)).hexdigest() for seed in (11, 12, 13)]


def test_pages_are_turned_put_in_order_and_taken_out(desk: Open, shots: Callable[[Page, str], None]) -> None:
    page = desk()
    choose(page, SLOT)
    bring(page, *(file(f"{seed}.jpg", sheet(seed)) for seed in (21, 22, 23)))
    first, second, third = wait_for_pages(page, SLOT, 3)

    page.click(f"[data-page='{first}']")
    page.keyboard.press(".")
    wait_for(page, f"() => document.querySelectorAll('[data-slot={SLOT}] [data-page]')[1].dataset.page === '{first}'")
    page.drag_and_drop(f"[data-page='{third}']", f"[data-page='{second}']", target_position={"x": 4, "y": 20})
    wait_for(page, f"() => document.querySelectorAll('[data-slot={SLOT}] [data-page]')[0].dataset.page === '{third}'")
    assert [str(one["id"]) for one in pages_on_server(page, SLOT)] == [third, second, first]

    page.click(f"[data-page='{second}']")
    page.keyboard.press("]")
    wait_for(page, f"() => !document.querySelector(\"[data-page='{second}']\")")
    turned = pages_on_server(page, SLOT)
    assert [one["turn"] for one in turned] == [0, 90, 0]
    assert turned[1]["width"] > turned[1]["height"]

    page.click(f"[data-page='{turned[1]['id']}']")
    page.wait_for_selector("[data-stage][data-view=result]")
    shots(page, "camera-look")
    page.keyboard.press("Delete")
    page.keyboard.type("放错材料")
    page.keyboard.press("Enter")
    assert wait_for_pages(page, SLOT, 2) == [third, first]


def test_a_page_taken_anew_takes_the_place_of_the_old_one(desk: Open, three_papers: Path) -> None:
    page = desk(three_papers)
    choose(page, SLOT)
    bring(page, file("1.jpg", sheet(31)), file("2.jpg", sheet(32)))
    first, second = wait_for_pages(page, SLOT, 2)

    page.click(f"[data-page='{first}']")
    page.keyboard.press("r")
    wait_for(page, "() => document.querySelector('[data-shoot-words]').textContent === '重拍第 1 页'")
    wait_for(
        page, "() => document.querySelector('[data-outline] polygon').getAttribute('points').split(' ').length === 4"
    )
    page.keyboard.press("Space")
    wait_for(page, f"() => !document.querySelector(\"[data-page='{first}']\")")

    assert wait_for_pages(page, SLOT, 2)[1] == second
    assert len(pages_on_server(page, SLOT)) == 2


def test_a_doubtful_page_asks_and_is_kept_with_a_reason(
    desk: Open, site: RunningSite, shots: Callable[[Page, str], None]
) -> None:
    page = desk()
    choose(page, SLOT)
    bring(page, file("1.jpg", sheet(41)))
    bring(page, file("again.jpg", sheet(41, noise=3.0)))  # the same paper a second time
    page.wait_for_selector("[data-held] [data-may-keep]")
    shots(page, "camera-held")
    assert "1 页待确认" in page.inner_text("[data-held-count]")
    assert len(ids(page, SLOT)) == 1

    page.keyboard.press("k")
    page.keyboard.type("本件须重复归档")
    page.keyboard.press("Enter")

    wait_for_pages(page, SLOT, 2)
    assert not page.is_visible("[data-held-count]")
    assert pages_on_server(page, SLOT)[1]["kept_because"] == "本件须重复归档"


def test_a_refused_page_waits_for_a_leader(desk: Open, site: RunningSite) -> None:
    page = desk()
    choose(page, SLOT)
    bring(page, file("blurred.jpg", sheet(51, blur=3.5)))
    page.wait_for_selector("[data-leader-only]")
    assert not page.is_visible("#keep-reason")

    page.context.clear_cookies()
    address = page.url
    sign_in(page, site, LEADER)
    page.goto(address)
    if page.locator("[data-capture-root]").count():
        page.fill("#keep-reason", "群众无更清晰的原件")
        page.keyboard.press("Enter")
        wait_for_pages(page, SLOT, 1)


def test_a_card_is_asked_for_by_its_sides_and_swapped_sides_are_put_right(
    desk: Open, shots: Callable[[Page, str], None]
) -> None:
    page = desk()
    choose(page, CARD)
    assert page.inner_text("[data-shoot-words]") == "拍摄正面"
    bring(page, file("front.jpg", card(2)))
    [front] = wait_for_pages(page, CARD, 1)
    assert page.inner_text("[data-shoot-words]") == "拍摄背面"
    assert page.inner_text("[data-hint-words]") == "正面已拍，请翻到背面"
    bring(page, file("back.jpg", card(3)))
    front, back = wait_for_pages(page, CARD, 2)
    assert page.eval_on_selector_all("[data-slot] .thumb-side", "all => all.map((side) => side.textContent)") == [
        "正",
        "背",
    ]

    page.click(f"[data-page='{front}']")
    shots(page, "camera-sides")
    page.get_by_role("button", name="正反面对调").click()
    wait_for(page, f"() => document.querySelector('[data-slot={CARD}] [data-page]').dataset.page === '{back}'")


def test_the_portrait_opens_the_other_camera_mirrored_and_papers_bring_the_first_back(
    desk: Open, shots: Callable[[Page, str], None]
) -> None:
    page = desk(cameras=2)
    running = "() => document.querySelector('[data-devices]').selectedOptions[0]?.text"
    wait_for(page, f"() => ({running})() === 'fake_device_0'")
    choose(page, PORTRAIT)
    wait_for(page, f"() => ({running})() === 'fake_device_1'")
    assert page.is_visible(".oval")
    assert page.eval_on_selector("video", "video => getComputedStyle(video).transform") == "matrix(-1, 0, 0, 1, 0, 0)"
    shots(page, "camera-portrait")

    choose(page, SLOT)
    wait_for(page, f"() => ({running})() === 'fake_device_0'")
    assert not page.is_visible(".oval")


def test_a_press_while_the_camera_opens_is_not_lost(desk: Open, three_papers: Path) -> None:
    page = desk(three_papers)
    choose(page, PORTRAIT)
    page.click(f"[data-slot='{SLOT}'] .slot-name")
    page.keyboard.press("Space")
    # A page, or the word that the camera saw the empty mat just then: in both cases a picture was taken.
    wait_for(
        page, f"() => document.querySelector('[data-slot={SLOT}] .thumb[data-page], [data-queue] [data-state=refused]')"
    )


def test_the_pedal_is_learned_by_pressing_it_and_captures(desk: Open, three_papers: Path) -> None:
    page = desk(three_papers)
    choose(page, SLOT)
    page.get_by_role("button", name="脚踏板").click()
    page.keyboard.press("PageDown")
    assert page.inner_text("[data-pedal-key]") == "PageDown"
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    wait_for(
        page, "() => document.querySelector('[data-outline] polygon').getAttribute('points').split(' ').length === 4"
    )

    page.keyboard.press("PageDown")

    wait_for_pages(page, SLOT, 1)
    page.reload()
    page.wait_for_selector("[data-capture-root][data-ready]")
    assert page.text_content("[data-pedal-key]") == "PageDown"


def test_a_plain_form_stays_when_a_module_does_not_load(desk: Open) -> None:
    page = desk(wait=False, service_workers="block")  # one that is there already would give the module from its store
    page.route("**/js/trigger*", lambda route: route.abort())
    page.reload()
    send = page.locator(".file-way button.plain")
    send.wait_for(state="visible")
    page.select_option(".file-way select", SLOT)
    page.set_input_files(".file-way [name=file]", file("1.jpg", sheet(61)))
    send.click()
    wait_for_pages(page, SLOT, 1)
