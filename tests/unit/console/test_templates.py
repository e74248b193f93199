"""Rules every template and sheet keeps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

TEMPLATES = Path(settings.BASE_DIR) / "templates"
STATIC = Path(settings.BASE_DIR) / "hukou" / "static" / "hukou"
NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))


@pytest.mark.parametrize("name", NAMES)
def test_every_template_can_be_read(name):
    get_template(name)


@pytest.mark.parametrize("name", NAMES)
def test_no_template_carries_a_script_or_a_style_of_its_own(name):
    text = (TEMPLATES / name).read_text()
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_loaded_from_elsewhere(name):
    assert not re.search(r"(src|href)=[\"'](https?:)?//", (TEMPLATES / name).read_text())


def test_every_symbol_that_is_drawn_exists():
    from hukou.console.templatetags import screens

    drawn = {shape for _tone, shape in screens.STATES.values()} | {screens.UNKNOWN[1]}
    for name in NAMES:
        text = (TEMPLATES / name).read_text()
        drawn |= set(re.findall(r'{% icon "([\w-]+)" %}', text)) | set(
            re.findall(r'{% include "components/empty[^%]* icon="([\w-]+)"', text)
        )
    assert drawn <= set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text()))


def test_only_the_tokens_name_colours():
    for sheet in STATIC.glob("*.css"):
        if sheet.name in ("tokens.css", "print.css"):
            continue
        colours = set(re.findall(r"#[0-9a-f]{3,8}\b(?=[;,) ])", sheet.read_text()))
        assert colours <= {"#ffffff", "#1a2330", "#556070"}, sheet.name


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        (text, ground)
        for text in ("ink", "muted", "police", "seal", "warn", "ok")
        for ground in ("surface", "ground", "raised", "paper")
    ]
    + [("seal", "seal-soft"), ("warn", "warn-soft"), ("ok", "ok-soft"), ("police", "police-soft"), ("faint", "ground")],
)
def test_text_stands_out_from_what_it_is_written_on(text, ground):
    """WCAG 2.1 contrast of at least 4.5 : 1 (faint is the colour of what cannot be pressed: 3 : 1)."""
    values = dict(
        re.findall(r"--([\w-]+): (#[0-9a-f]{6});", (STATIC / "tokens.css").read_text().split("[data-theme")[0])
    )
    light, dark = sorted((_luminance(values[text]), _luminance(values[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= (3 if text == "faint" else 4.5)
