"""A clerk registers the window's browser, finds its camera, and calibrates it with the printed sheet, in real Chromium."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import pypdfium2
import pytest

from capture.pipeline import calibration, specimens
from capture.pipeline import sheet_photographs as photographs

from .conftest import CHROMIUM, PASSWORD, RunningSite, with_camera

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LENS = photographs.lens((2592, 1944), px_per_mm=7.86)
PLACES: tuple[dict[str, Any], ...] = (
    {"at": (0, 0)},
    {"at": (-40, -25), "turn": 8},
    {"at": (42, -26), "turn": -6},
    {"at": (41, 27), "turn": 90},
    {"at": (-42, 26), "turn": 2},
)
Page = Any
LEVELS = """() => {
  const video = document.querySelector('video'), canvas = document.createElement('canvas');
  canvas.width = 24; canvas.height = 18;
  const brush = canvas.getContext('2d');
  brush.drawImage(video, 0, 0, 24, 18);
  return [...brush.getImageData(0, 0, 24, 18).data];
}"""


@pytest.fixture(scope="module")
def chromium(playwright: Any) -> Iterator[Callable[[Path], Any]]:
    """Starts Chromium with a stream as its camera."""
    started = []

    def start(stream: Path) -> Any:
        started.append(playwright.chromium.launch(executable_path=CHROMIUM, args=with_camera(stream)))
        return started[-1]

    yield start
    for browser in started:
        browser.close()


def test_a_camera_is_calibrated_through_the_page(
    site: RunningSite, chromium: Callable[[Path], Any], tmp_path: Path, shots: Callable[[Page, str], None]
) -> None:
    frames = [photographs.photograph(LENS, number, **place) for number, place in enumerate(PLACES)]
    frames += [photographs.empty_mat(LENS), photographs.grey_card(LENS, cast=(0.85, 1.0, 1.05))]
    stream = tmp_path / "sheet.mjpeg"
    stream.write_bytes(specimens.fake_camera_stream(frames, repeat=20))
    page = _clerk(chromium(stream), site)
    _registered(page, site, shots, "1 号窗口")
    _open_calibration(page)
    shots(page, "cal-03-begin")

    before = None
    for _lay in range(24):  # the papers come round; each is photographed until nothing of the sheet is open
        if not page.locator("[data-need][data-done='false']").count():
            break
        before = _next_paper(page, before)
        page.keyboard.press("Space")
        _wait_for_word(page)
        shots(page, f"cal-04-sheet-{_lay}")
    for step in ("mat", "grey"):
        for _lay in range(24):
            if page.locator(f"[data-step='{step}'][data-done='true']").count():
                break
            before = _next_paper(page, before)
            page.click(f"[data-take='{step}']")
            _wait_for_word(page)
    shots(page, "cal-05-ready")
    told = page.inner_text(".calibrate-side")
    assert "A4 只有 199 dpi，达不到 200 dpi" in told
    page.click("[data-save]")
    page.wait_for_url(f"{site.url}/stations/")
    shots(page, "cal-06-list")

    assert "摄像头校准完成：每毫米 7.8" in page.inner_text("main")
    kept = _newest(site)
    assert kept["px_per_mm"] == pytest.approx(7.86, rel=0.005)
    assert kept["k1"] == pytest.approx(-0.06, abs=0.004)
    assert kept["mat"] == 18
    assert kept["grey"] == 3


def test_the_sheet_is_printed_to_the_millimetre(
    site: RunningSite, chromium: Callable[[Path], Any], tmp_path: Path, shots: Callable[[Page, str], None]
) -> None:
    stream = tmp_path / "any.mjpeg"
    stream.write_bytes(photographs.empty_mat(LENS))
    page = _clerk(chromium(stream), site)
    page.goto(f"{site.url}/stations/sheet/")
    shots(page, "cal-08-sheet")
    printed = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True, print_background=True))
    across, down = printed[0].get_size()  # points of 1/72 inch
    picture = printed[0].render(scale=200 / 72).to_numpy()
    done, jpeg = cv2.imencode(".jpg", picture[..., :3])
    assert done
    view = calibration.look(jpeg.tobytes())

    assert len(printed) == 1
    assert (across / 72 * 25.4, down / 72 * 25.4) == pytest.approx((297, 210), abs=0.3)
    first, last = view.points[view.numbers.index(0)], view.points[view.numbers.index(76)]
    assert last[0] - first[0] == pytest.approx(200 * 200 / 25.4, rel=0.002)  # 200 mm between the outermost corners
    assert last[1] - first[1] == pytest.approx(120 * 200 / 25.4, rel=0.002)


def test_a_stream_the_browser_pulls_apart_is_warned_of(
    site: RunningSite, chromium: Callable[[Path], Any], tmp_path: Path, shots: Callable[[Page, str], None]
) -> None:
    """Chromium takes a full-range motion JPEG for limited range; here it gets one as a bad driver would send it."""
    stream = tmp_path / "full-range.mjpeg"
    stream.write_bytes(photographs.photograph(LENS, 1, contrast=1.2) * 30)
    page = _clerk(chromium(stream), site)
    _registered(page, site, lambda page, name: None, "2 号窗口")
    _open_calibration(page)
    page.keyboard.press("Space")
    _wait_for_word(page)
    shots(page, "cal-07-stretched")

    assert "浏览器拉伸了摄像头的亮度" in page.inner_text("[data-told]")
    assert not page.is_enabled("[data-save]")


def _clerk(browser: Any, site: RunningSite) -> Page:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, permissions=["camera"])
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(f"{site.url}/login/")
    page.fill("[name=username]", "110001")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}/")
    return page


def _registered(page: Page, site: RunningSite, shots: Callable[[Page, str], None], name: str) -> None:
    page.goto(f"{site.url}/stations/")
    shots(page, "cal-01-list")
    page.fill("input[name=name]", name)
    page.click("form.register button.button-primary")
    with page.expect_navigation(wait_until="load"):
        page.click("[data-detect]")
    page.wait_for_selector("tbody.here .grades")
    shots(page, "cal-02-found")


def _open_calibration(page: Page) -> None:
    page.click("tbody.here a.button")
    page.wait_for_function("() => document.querySelector('video')?.videoWidth > 0")
    page.wait_for_selector("[data-take='sheet']:enabled")
    page.click(".calibrate-bar strong")  # focus away from the link


def _next_paper(page: Page, before: list[int] | None) -> list[int]:
    """Wait until something else than before lies under the camera."""
    for _wait in range(100):
        seen: list[int] = page.evaluate(LEVELS)
        if before is None or sum(abs(a - b) for a, b in zip(seen, before, strict=True)) > 3 * len(seen):
            return seen
        page.wait_for_timeout(100)
    pytest.fail("the same paper lies there for ten seconds")


def _wait_for_word(page: Page) -> None:
    page.wait_for_selector("[data-take='sheet']:enabled", timeout=30_000)


def _newest(site: RunningSite) -> dict[str, Any]:
    """The calibration that was kept, asked of the site's own database."""
    asked = site.manage(
        "shell",
        "--no-imports",
        "-c",
        "import json; from capture.stations.models import Calibration as C; c = C.objects.order_by('-pk')[0];"
        "print(json.dumps(dict(px_per_mm=c.px_per_mm, k1=c.distortion[0], mat=len(c.mat), grey=len(c.grey))))",
    )
    assert asked.returncode == 0, asked.stderr
    answer: dict[str, Any] = json.loads(asked.stdout.strip().splitlines()[-1])
    return answer
