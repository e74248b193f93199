"""What `process_photo` says of photographs: the same facts as JSON and as lines for people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from capture.pipeline.types import CaptureResult, Finding, PageResult, Verdict
from capture.sessions.errors import CaptureError
from capture.sessions.findings import said

Facts = dict[str, Any]


def of_result(file: Path, result: CaptureResult, outputs: list[Path]) -> Facts:
    """Facts of a photograph that was worked on; `outputs`: where its pages were written, in order, or nothing."""
    picture = result.picture
    return {
        "file": str(file),
        "sha256": picture.sha256,
        "media_type": picture.media_type,
        "width": picture.width,
        "height": picture.height,
        "verdict": result.verdict.value,
        "error": None,
        "findings": [_finding(finding) for finding in result.findings],
        "pages": [_page(page, outputs[number] if outputs else None) for number, page in enumerate(result.pages)],
        "ms": result.stages | {"total": round(sum(result.stages.values()), 2)},
    }


def of_refusal(file: Path, error: CaptureError) -> Facts:
    """Facts of a file that is no picture, or that could not be worked on: the same keys, the reason in `error`."""
    return {
        "file": str(file),
        "sha256": None,
        "media_type": None,
        "width": None,
        "height": None,
        "verdict": Verdict.REFUSE.value,
        "error": {"code": error.code, "message": error.text, "advice": error.advice},
        "findings": [],
        "pages": [],
        "ms": {},
    }


def _page(page: PageResult, output: Path | None) -> Facts:
    recipe = page.page.recipe
    return {
        "corners_tl_tr_br_bl": [[round(x, 2), round(y, 2)] for x, y in page.corners_tl_tr_br_bl],
        "score": round(page.score, 3),
        "orientation": page.turn,
        "skew": round(recipe.skew + page.measures.skew, 2),
        "dpi": None if page.dpi is None else round(page.dpi, 1),
        "verdict": page.verdict.value,
        "findings": [_finding(finding) for finding in page.findings],
        "width": page.page.width,
        "height": page.page.height,
        "sha256": page.page.sha256,
        "output": None if output is None else str(output),
    }


def _finding(finding: Finding) -> Facts:
    words = said(asdict(finding))
    return {
        "code": finding.code,
        "level": finding.level.value,
        "measure": finding.measure,
        "limit": finding.limit,
        "message": words.message,
        "advice": words.advice,
    }


def lines(facts: Facts) -> Iterator[str]:
    """The facts of one photograph for people."""
    size = "" if facts["width"] is None else f"  {facts['width']}×{facts['height']}"
    yield f"{facts['file']}{size}  {_verdict(facts['verdict'])}"
    if facts["error"]:
        yield f"  {facts['error']['message']} {facts['error']['advice']}"
    for finding in facts["findings"]:
        yield f"  {finding['message']} {finding['advice']}"
    for number, page in enumerate(facts["pages"], 1):
        yield from _page_lines(number, page)
    if facts["ms"]:
        yield "  " + "  ".join(f"{stage} {spent:.0f} ms" for stage, spent in facts["ms"].items())


def _page_lines(number: int, page: Facts) -> Iterator[str]:
    corners = " ".join(f"({x:.0f},{y:.0f})" for x, y in page["corners_tl_tr_br_bl"])
    dpi = _("resolution unknown") if page["dpi"] is None else f"{page['dpi']:.0f} dpi"
    yield "  " + _("Page {number}: {verdict}  corners {corners}").format(
        number=number, verdict=_verdict(page["verdict"]), corners=corners
    )
    yield "    " + _("turned {turn}°  skew {skew:.2f}°  {dpi}  {width}×{height}").format(
        turn=page["orientation"], skew=page["skew"], dpi=dpi, width=page["width"], height=page["height"]
    )
    for finding in page["findings"]:
        yield f"    {finding['message']} {finding['advice']}"
    if page["output"]:
        yield f"    → {page['output']}"


def _verdict(verdict: str) -> str:
    words = {"pass": _("passed"), "warn": _("look again"), "refuse": _("refused")}
    return words[verdict]
