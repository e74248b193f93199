"""A page held back is given up only for a better picture: without a camera, asking for one leaves it where it is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from capture.pipeline import specimens
from hukou.accounts import demo
from workflows.papers import specimen

from .conftest import CHROMIUM, PASSWORD, QUIET, RunningSite

pytestmark = pytest.mark.browser


def test_a_held_page_stays_when_no_better_picture_could_be_taken(
    playwright: Any, site: RunningSite, tmp_path: Path
) -> None:
    picture = tmp_path / "blurred.jpg"
    sheet = specimens.paper(specimen.render("M_APPLY_FORM", "演示材料第1号", 1))
    picture.write_bytes(specimens.photograph(sheet, seed=1, size=(4160, 3120), blur=6.0))
    chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET])
    page = chromium.new_context(viewport={"width": 1366, "height": 768}).new_page()
    dropped: list[str] = []
    page.on("request", lambda asked: dropped.append(asked.url) if asked.url.endswith("/drop/") else None)
    try:
        page.goto(f"{site.url}/login/?next=/cases/new/1102/")
        page.fill("[name=username]", "110001")
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/cases/new/1102/")
        for name, value in demo.application().items():
            page.fill(f"[name={name}]", value)
        page.click("form.columns button.button-primary")
        page.wait_for_url(re.compile(r"/cases/\d+/capture/"))
        page.locator("[data-capture-root][data-ready]").wait_for()
        page.click("[data-slot='M_APPLY_FORM'] .slot-name")
        page.set_input_files("[data-file]", str(picture))
        held = page.locator("[data-slot='M_APPLY_FORM'] .thumb-held")
        held.wait_for(timeout=60_000)

        held.click()
        page.click("[data-held-again]")
        page.wait_for_timeout(1500)

        assert dropped == []
        page.reload()
        held.wait_for()
    finally:
        chromium.close()
