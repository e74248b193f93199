"""The page made of a picture: straight, of true proportion, and the same bytes every time."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json

import cv2
import numpy as np
import pytest

from capture.pipeline import specimens
from capture.pipeline.copies import smaller
from capture.pipeline.decode import decode
from capture.pipeline.deskew import skew_of
from capture.pipeline.run import PIPELINE_VERSION, process, reprocess
from capture.pipeline.types import DerivedPage, PageResult, Recipe, Settings, Turn, Verdict


@pytest.fixture(scope="module")
def photo() -> bytes:
    return specimens.photograph(specimens.sheet(7), 7)


def _page(photo: bytes, settings: Settings | None = None) -> DerivedPage:
    return _result(photo, settings).page


def _result(photo: bytes, settings: Settings | None = None) -> PageResult:
    (result,) = process(photo, settings).pages
    return result


def test_an_a4_sheet_keeps_its_proportion(photo: bytes) -> None:
    recipe = _page(photo).recipe
    assert recipe.height / recipe.width == pytest.approx(1754 / 1240, rel=0.01)


def test_the_print_on_the_finished_page_is_level(photo: bytes) -> None:
    image, _ = decode(_page(photo).jpeg)
    gray = cv2.cvtColor(cv2.resize(image, (720, 1000), interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY)
    assert abs(skew_of(np.asarray(gray))) <= 0.15


def test_print_set_askew_on_its_sheet_is_levelled() -> None:
    sheet = specimens.sheet(7)
    turn = cv2.getRotationMatrix2D((620, 877), 1.2, 1)
    askew = np.asarray(cv2.warpAffine(sheet, turn, (1240, 1754), borderValue=(246, 246, 246)))
    result = _result(specimens.photograph(askew, 7))
    assert result.page.recipe.skew == pytest.approx(-1.2, abs=0.15)
    assert result.verdict is Verdict.PASS


def test_a_margin_of_desk_is_kept_around_the_page(photo: bytes) -> None:
    page = _page(photo)
    assert page.width == page.recipe.width + 2 * page.recipe.margin
    image, _ = decode(page.jpeg)
    assert image[2, page.width // 2].max() < 120 < image[page.height // 30, page.width // 2].min()


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turn_turns_the_finished_page(photo: bytes, turn: Turn) -> None:
    upright, _ = decode(_page(photo).jpeg)
    turned, _ = decode(_page(photo, Settings(turn=turn)).jpeg)
    code = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}[turn]
    expected = cv2.rotate(upright, code)
    assert turned.shape == expected.shape
    assert np.abs(turned.astype(int) - expected).mean() < 2


def test_the_same_picture_gives_the_same_bytes(photo: bytes) -> None:
    first, second = process(photo), process(photo)
    assert first.pages == second.pages


def test_a_page_can_be_derived_again_from_what_was_written_down(photo: bytes) -> None:
    for settings in (Settings(), Settings(turn=90)):
        page = _page(photo, settings)
        kept = json.loads(json.dumps(page.recipe.as_json()))
        assert kept["version"] == PIPELINE_VERSION
        assert reprocess(photo, Recipe.from_json(kept)).jpeg == page.jpeg


def test_digests_are_those_of_the_bytes(photo: bytes) -> None:
    result = process(photo)
    assert result.picture.sha256 == hashlib.sha256(photo).hexdigest()
    (found,) = result.pages
    assert found.page.sha256 == hashlib.sha256(found.page.jpeg).hexdigest()


def test_corners_given_by_hand_are_used_as_given(photo: bytes) -> None:
    corners = ((900.0, 300.0), (2200.0, 310.0), (2210.0, 2100.0), (910.0, 2110.0))
    result = _result(photo, Settings(corners=corners))
    assert result.corners_tl_tr_br_bl == corners
    assert result.score == 1


@pytest.mark.parametrize(
    "corners",
    [
        ((0.0, 0.0), (10.0, 10.0), (20.0, 20.0), (30.0, 30.0)),
        ((0.0, 0.0), (900.0, 900.0), (900.0, 0.0), (0.0, 900.0)),
        ((0.0, 0.0), (float("nan"), 0.0), (9.0, 9.0), (0.0, 9.0)),
        ((0.0, 0.0), (90000.0, 0.0), (90000.0, 90000.0), (0.0, 90000.0)),
    ],
)
def test_corners_no_sheet_can_have_are_refused(photo: bytes, corners: object) -> None:
    with pytest.raises(ValueError, match="corners"):
        process(photo, Settings(corners=corners))  # type: ignore[arg-type]


def test_an_empty_desk_gives_no_page_and_says_so() -> None:
    result = process(specimens.empty_desk(1))
    assert (result.pages, result.verdict) == ((), Verdict.REFUSE)
    assert [finding.code for finding in result.findings] == ["no_page"]


def test_every_stage_is_timed(photo: bytes) -> None:
    stages = process(photo).stages
    assert list(stages) == ["decode", "digest", "find", "level", "upright", "warp", "quality", "ink", "encode"]
    assert all(spent >= 0 for spent in stages.values())


def test_a_smaller_copy_is_small_and_keeps_the_proportion(photo: bytes) -> None:
    page = _page(photo)
    small, larger = (decode(jpeg)[0] for jpeg in smaller(page.jpeg, (320, 1400), max(page.width, page.height)))
    assert (max(small.shape), max(larger.shape)) == (320, min(1400, max(page.width, page.height)))
    assert small.shape[0] / small.shape[1] == pytest.approx(page.height / page.width, rel=0.02)


def test_specimens_are_the_same_bytes_for_the_same_seed() -> None:
    assert specimens.portrait(4) == specimens.portrait(4)
    assert specimens.empty_desk(4) == specimens.empty_desk(4) != specimens.empty_desk(5)


def test_exactly_one_opencv_is_installed() -> None:
    installed = {
        d.metadata["Name"] for d in importlib.metadata.distributions() if d.metadata["Name"].startswith("opencv")
    }
    assert installed == {"opencv-python-headless"}
