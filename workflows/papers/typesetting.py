"""Typst, kept warm: one compiler per template, so that a form costs milliseconds and not a third of a second."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import typst
from pylopdf_fonts_zh_cn import sans_path

from hukou.kernel.clock import CITY_TIME

from .fonts import printable

TEMPLATES = Path(__file__).parent / "templates"
A4_WIDTH, A4_HEIGHT = 595.276, 841.89
"""Points."""


@dataclass(frozen=True)
class Box:
    """A rectangle on a page in PDF points, origin at the lower left corner."""

    page: int
    """0-based."""
    left: float
    bottom: float
    right: float
    top: float

    @property
    def corners(self) -> tuple[float, float, float, float]:
        """As PDF writes a rectangle: left, bottom, right, top."""
        return (self.left, self.bottom, self.right, self.top)


@dataclass(frozen=True)
class Typeset:
    """A typeset paper and the named rectangles its template marked with `area`."""

    pdf: bytes
    areas: dict[str, Box]


class Template:
    """One `.typ` file of this package with its own warm compiler; safe to share between threads."""

    def __init__(self, name: str) -> None:
        self._lock = Lock()
        self._compiler = typst.Compiler(str(TEMPLATES / f"{name}.typ"), root=str(TEMPLATES), font_paths=_fonts())

    def pdf(self, data: dict[str, Any], *, made_at: datetime) -> Typeset:
        """Typeset `data` as PDF/A-2b. Raises typst.TypstError with file and line when the template is at fault."""
        with self._lock:
            pdf = self._compiler.compile(
                format="pdf", sys_inputs=_inputs(data), pdf_standards="a-2b", timestamp=int(made_at.timestamp())
            )
            assert isinstance(pdf, bytes)
            marks = json.loads(self._compiler.query("<area>", field="value"))
        return Typeset(pdf, {mark["name"]: _box(mark) for mark in marks})

    def png(self, data: dict[str, Any], *, ppi: int) -> list[bytes]:
        """Draw `data` as PNG images, one per page."""
        with self._lock:
            pages = self._compiler.compile(format="png", sys_inputs=_inputs(data), ppi=ppi)
        return pages if isinstance(pages, list) else [pages or b""]


@lru_cache(maxsize=16)
def template(name: str) -> Template:
    """The warm template of that name."""
    return Template(name)


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(sans_path().parent)])


def _inputs(data: dict[str, Any]) -> dict[str, str]:
    return {"data": json.dumps(_printable(data), ensure_ascii=False)}


def _printable(value: Any) -> Any:
    """PDF/A refuses a character its fonts lack, so every string is made printable first."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: _printable(item) for key, item in value.items()}
    return [_printable(item) for item in value] if isinstance(value, (list, tuple)) else value


def _box(mark: dict[str, Any]) -> Box:
    top = A4_HEIGHT - mark["y"]
    return Box(
        page=mark["page"] - 1,
        left=round(mark["x"], 2),
        bottom=round(top - mark["height"], 2),
        right=round(mark["x"] + mark["width"], 2),
        top=round(top, 2),
    )


def grouped_id_number(number: str) -> str:
    """An 18-character ID number in groups of 6, 8 and 4, as people read it aloud."""
    return f"{number[:6]} {number[6:14]} {number[14:]}" if len(number) == 18 else number


def city_minute(moment: datetime | None) -> str:
    """A moment as it is written on Chinese forms, e.g. 2026年11月21日 09:30; empty for None."""
    if moment is None:
        return ""
    local = moment.astimezone(CITY_TIME)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
