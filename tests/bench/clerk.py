"""How fast a practised clerk gets pages into a case: a real browser at an 8 MP camera, one paper after another."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.test import override_settings

from capture.pipeline import specimens
from hukou.accounts.models import Duty
from tests.acceptance.conftest import CHROMIUM, with_camera
from tests.acceptance.station import wait_for
from tests.support import cases
from tests.support.people import make_office, make_officer
from tests.support.site import serving

SUBTYPE, SLOT = "0503", "M_BOTH_BOOKS"
NUMBER, PASSWORD = "700900", "bench-pass-1"
PAPERS = 12
SIZE = (3264, 2448)
SHOWN = 15
"""Frames each paper is shown: a little over a second at the dozen frames a second the page asks for."""
Row = tuple[str, float, str, str]
# True once the camera shows another paper than when it was last true.
ANOTHER_PAPER = """
() => {
  const brush = Object.assign(document.createElement("canvas"), { width: 48, height: 36 }).getContext("2d");
  brush.drawImage(document.querySelector("video"), 0, 0, 48, 36);
  const sign = brush.getImageData(0, 0, 48, 36).data.join();
  const another = sign !== window.lastPaper;
  window.lastPaper = sign;
  return another;
}
"""


def rows() -> Iterator[Row]:
    """Pages a minute until the last still is safe on the machine and until all lie in their slot; looks a second."""
    if CHROMIUM is None:
        raise RuntimeError("Chromium is not installed")
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, override_settings(HUKOU_DATA_DIR=Path(folder)):
        path = f"/cases/{_case()}/capture/"
        stream = Path(folder) / "camera.mjpeg"
        sheets = (specimens.sheet(seed, size=(2480, 3508)) for seed in range(PAPERS))
        photos = [specimens.photograph(sheet, seed, SIZE, fill=0.93) for seed, sheet in enumerate(sheets)]
        stream.write_bytes(specimens.fake_camera_stream(photos, repeat=SHOWN))
        with serving() as url, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=with_camera(stream))
            try:
                yield from _measured(browser, url, path)
            finally:
                browser.close()


def _case() -> int:
    """A draft with a slot that takes many pages, and the clerk who may capture it."""
    cases.load_catalogue()
    branch = make_office("测速分局", level="branch", parent=make_office("测速市公安局", level="city"))
    station = make_office("测速派出所", parent=branch)
    clerk = make_officer("测速民警", Duty.Role.DESK_OFFICER, station, number=NUMBER, password=PASSWORD)
    return int(cases.drafted(station, clerk, SUBTYPE).pk)


def _measured(browser: Any, url: str, path: str) -> Iterator[Row]:
    page = browser.new_context(viewport={"width": 1366, "height": 768}, permissions=["camera"]).new_page()
    page.goto(f"{url}/login/?next={path}")
    page.fill("[name=username]", NUMBER)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-capture-root][data-ready]")
    page.click(f"[data-slot='{SLOT}'] .slot-name")
    page.wait_for_timeout(4000)
    looks = float(page.get_attribute("[data-stage]", "data-fps"))
    start = time.perf_counter()
    for _paper in range(PAPERS):
        wait_for(page, ANOTHER_PAPER)
        page.keyboard.press("Space")
        wait_for(page, "() => !document.querySelector('[data-shoot]').getAttribute('aria-busy')")
    safe = time.perf_counter() - start
    wait_for(page, "() => !document.querySelector('[data-queue] li')")
    done = time.perf_counter() - start
    note = f"{PAPERS} papers under 8 MP, Space for each, a new paper a little more often than every {SHOWN / 12:.0f} s"
    yield "clerk: pages a minute, safe on the machine", 60 * PAPERS / safe, "/min", note
    yield "clerk: pages a minute, in their slots", 60 * PAPERS / done, "/min", "with the server on the same machine"
    yield "clerk: looks of the outline", looks, "/s", "8 MP, live picture, no graphics card"
