"""Each defect is graded: good pages pass, doubtful ones warn, bad ones are refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from capture.pipeline import specimens
from capture.pipeline.geometry import Array, as_corners
from capture.pipeline.run import process
from capture.pipeline.types import PageResult, Settings, Verdict
from tests.support import defects
from tests.support.nights import by_day

PORTRAIT = Settings(kind="portrait")


def _page(**defects: Any) -> PageResult:
    return _result(specimens.photograph(specimens.sheet(1), 4, **defects))


def _result(photo: bytes, settings: Settings | None = None) -> PageResult:
    (result,) = process(photo, settings).pages
    return result


def _codes(result: PageResult) -> set[str]:
    return {finding.code for finding in result.findings}


@pytest.mark.parametrize("seed", by_day(1, [2, 3, 5, 8]))
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


def _seen(photo: Array, corners: Array, **settings: Any) -> PageResult:
    return _result(defects.jpeg(photo), Settings(corners=as_corners(corners), turn=0, **settings))


@pytest.mark.parametrize("skin", by_day(1, range(4)))
@pytest.mark.parametrize("mat", ["mat", "white"])
def test_a_finger_on_the_page_is_seen_whatever_its_colour(skin: int, mat: specimens.Desk) -> None:
    photo, corners = defects.staged(seed=2, size=(2592, 1944), mat=mat)
    result = _seen(defects.held(photo, corners, 1.0, skin, side=skin), corners)
    assert (result.verdict, _codes(result)) == (Verdict.WARN, {"finger"})


@pytest.mark.parametrize("skin", by_day(1, range(4)))
def test_on_a_wooden_desk_a_finger_is_seen_or_at_least_the_edge_it_hides(skin: int) -> None:
    photo, corners = defects.staged(seed=2, size=(2592, 1944), mat="wood")
    result = _seen(defects.held(photo, corners, 1.0, skin, side=1), corners)
    assert result.verdict is Verdict.WARN
    assert _codes(result) <= {"finger", "covered"}


def test_a_whole_hand_on_the_page_is_refused() -> None:
    photo, corners = defects.staged(seed=2, size=(2592, 1944))
    for finger in range(4):
        photo = defects.held(photo, corners, 2.5 + finger % 2, along=0.3 + 0.09 * finger)
    result = _seen(photo, corners)
    assert ("finger", Verdict.REFUSE) in {(finding.code, finding.level) for finding in result.findings}


@pytest.mark.parametrize("brown", by_day(1, [(120, 165, 190), (150, 185, 205), (96, 140, 176), (190, 222, 235)]))
@pytest.mark.parametrize("mat", ["mat", "wood"])
def test_brown_paper_and_a_wooden_desk_are_not_fingers(brown: tuple[int, int, int], mat: specimens.Desk) -> None:
    kraft = (specimens.sheet(3).astype(np.float32) * np.array(brown) / 246).astype(np.uint8)
    photo, corners = defects.staged(kraft, 3, size=(2592, 1944), mat=mat)
    assert _seen(photo, corners).measures.finger == 0


def test_corners_set_a_little_outside_on_a_wooden_desk_are_not_a_finger() -> None:
    photo, corners = defects.staged(seed=3, size=(2592, 1944), mat="wood")
    corners[2] += (22, 14)
    assert _seen(photo, corners).measures.finger == 0


@pytest.mark.parametrize("share", by_day(1, [0.08, 0.3, 0.6]))
@pytest.mark.parametrize("colour", [(240, 243, 244), (40, 40, 40)])
def test_another_thing_over_the_edge_is_seen(share: float, colour: tuple[int, int, int]) -> None:
    photo, corners = defects.staged(seed=2, size=(2592, 1944))
    result = _seen(defects.overlaid(photo, corners, share, colour), corners)
    assert (result.verdict, _codes(result)) == (Verdict.WARN, {"covered"})


def test_a_grey_picture_is_refused_where_stamps_demand_colour() -> None:
    photo, corners = defects.staged(seed=2, size=(2592, 1944))
    grey = defects.without_colour(photo)
    assert _seen(photo, corners, colour=True).verdict is Verdict.PASS
    assert _seen(grey, corners, colour=False).verdict is Verdict.PASS
    result = _seen(grey, corners, colour=True)
    assert (result.verdict, _codes(result)) == (Verdict.REFUSE, {"grey"})


def test_a_portrait_keeps_the_frame_and_passes() -> None:
    result = _result(specimens.portrait(3), PORTRAIT)
    assert result.verdict is Verdict.PASS
    assert (result.page.width, result.page.height) == (960, 1280)


@pytest.mark.parametrize(
    ("photo", "code"),
    [
        (specimens.portrait(3, blur=6), "face_blurred"),
        (specimens.portrait(3, light=0.25), "face_dark"),
        (specimens.portrait(3, (240, 320)), "small"),
    ],
)
def test_a_bad_portrait_is_refused(photo: bytes, code: str) -> None:
    result = _result(photo, PORTRAIT)
    assert result.verdict is Verdict.REFUSE
    assert code in _codes(result)
