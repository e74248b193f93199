"""Each defect is graded: good pages pass, doubtful ones warn, bad ones are refused."""

from __future__ import annotations

from typing import Any

import pytest

from capture.pipeline import specimens
from capture.pipeline.run import process
from capture.pipeline.types import PageResult, Settings, Verdict

PORTRAIT = Settings(kind="portrait")


def _page(**defects: Any) -> PageResult:
    return _result(specimens.photograph(specimens.sheet(1), 4, **defects))


def _result(photo: bytes, settings: Settings | None = None) -> PageResult:
    (result,) = process(photo, settings).pages
    return result


def _codes(result: PageResult) -> set[str]:
    return {finding.code for finding in result.findings}


@pytest.mark.parametrize("seed", [2, 3, 5, 8])
@pytest.mark.parametrize("mat", ["mat", "wood"])
def test_a_good_page_passes(seed: int, mat: specimens.Desk) -> None:
    result = _result(specimens.photograph(specimens.sheet(seed), seed, mat=mat))
    assert (result.verdict, result.findings) == (Verdict.PASS, ())


@pytest.mark.parametrize(
    ("defects", "code", "verdict"),
    [
        ({"blur": 1.0}, None, Verdict.PASS),
        ({"blur": 1.8}, "blurred", Verdict.WARN),
        ({"blur": 3.2}, "blurred", Verdict.REFUSE),
        ({"light": 0.6}, None, Verdict.PASS),
        ({"light": 0.4}, "dark", Verdict.WARN),
        ({"light": 0.22}, "dark", Verdict.REFUSE),
        ({"glare": 0.02}, "glare", Verdict.WARN),
        ({"glare": 0.08}, "glare", Verdict.REFUSE),
        ({"shift": (0.0, 0.12)}, "cut", Verdict.REFUSE),
        ({"fill": 0.2, "size": (1632, 1224)}, "small", Verdict.REFUSE),
    ],
)
def test_a_defect_is_graded(defects: dict[str, Any], code: str | None, verdict: Verdict) -> None:
    result = _page(**defects)
    assert result.verdict is verdict, result.findings
    assert code is None or code in _codes(result)


def test_sharpness_falls_as_the_lens_goes_out_of_focus() -> None:
    seen = [_page(blur=blur).measures for blur in (0.6, 1.2, 2.0, 3.2)]
    values = [measures.sharpness for measures in seen if measures.sharpness is not None]
    assert values == sorted(values, reverse=True)
    assert len(values) == 4


def test_a_blank_sheet_warns_but_is_not_called_blurred() -> None:
    result = _result(specimens.photograph(specimens.sheet(1, lines=0), 4))
    assert result.verdict is Verdict.WARN
    assert _codes(result) == {"blank"}


def test_corners_by_hand_outside_the_picture_are_a_cut_page() -> None:
    photo = specimens.photograph(specimens.sheet(1), 4)
    corners = ((900.0, 250.0), (2400.0, 300.0), (2300.0, 2600.0), (800.0, 2350.0))
    assert "cut" in _codes(_result(photo, Settings(corners=corners)))


def test_a_finding_carries_what_was_measured_and_what_is_asked_for() -> None:
    (finding,) = _page(blur=3.2).findings
    assert finding.measure < finding.limit


def test_a_portrait_keeps_the_frame_and_passes() -> None:
    result = _result(specimens.portrait(3), PORTRAIT)
    assert result.verdict is Verdict.PASS
    assert (result.page.width, result.page.height) == (960, 1280)


@pytest.mark.parametrize(
    ("photo", "code"),
    [
        (specimens.portrait(3, blur=6), "blurred"),
        (specimens.portrait(3, light=0.25), "dark"),
        (specimens.portrait(3, (240, 320)), "small"),
    ],
)
def test_a_bad_portrait_is_refused(photo: bytes, code: str) -> None:
    result = _result(photo, PORTRAIT)
    assert result.verdict is Verdict.REFUSE
    assert code in _codes(result)
