"""Dots per inch are counted in the photograph, never on the straightened page."""

from __future__ import annotations

import pytest

from capture.pipeline import specimens
from capture.pipeline.geometry import as_corners
from capture.pipeline.resolution import captured_dpi
from capture.pipeline.run import process
from capture.pipeline.types import CameraModel, PageResult, Settings, Verdict

A4, CARD = (210.0, 297.0), (53.98, 85.6)


def _camera(px_per_mm: float | None) -> CameraModel:
    return CameraModel(3264, 2448, 3000.0, (1632.0, 1224.0), (0.0, 0.0, 0.0, 0.0, 0.0), px_per_mm)


def _lying(size: tuple[int, int], fill: float, settings: Settings, page: tuple[int, int] = (1240, 1754)) -> PageResult:
    photo, corners = specimens.staged(specimens.sheet(2, page), 2, size, fill=fill)
    settings = Settings(**{**settings.__dict__, "corners": as_corners(corners), "turn": 0})
    (result,) = process(specimens._jpeg(photo, 92), settings).pages
    return result


def test_a_known_paper_tells_the_resolution() -> None:
    result = _lying((3264, 2448), 0.86, Settings(paper=A4))
    assert result.dpi == pytest.approx(0.86 * 2448 / 297 * 25.4, rel=0.04)
    assert result.dpi == _lying((3264, 2448), 0.86, Settings(paper=(297.0, 210.0))).dpi


def test_five_megapixels_cannot_certify_200_dpi_on_a4_and_say_so() -> None:
    result = _lying((2592, 1944), 0.8, Settings(paper=A4), (1754, 1240))
    (finding,) = result.findings
    assert (finding.code, finding.level) == ("low_dpi", Verdict.WARN)
    assert finding.measure == result.dpi < finding.limit <= 200


def test_much_too_few_dots_are_refused() -> None:
    result = _lying((2592, 1944), 0.8, Settings(paper=A4))  # upright under a camera that sees more across
    assert ("low_dpi", Verdict.REFUSE) in {(finding.code, finding.level) for finding in result.findings}


def test_more_is_asked_for_where_the_material_says_so() -> None:
    settings = Settings(paper=A4, least_dpi=300)
    assert "low_dpi" in {finding.code for finding in _lying((3264, 2448), 0.86, settings).findings}


def test_a_small_card_is_seen_with_the_dots_of_its_own_size() -> None:
    photo = _lying((3264, 2448), 0.3, Settings(paper=CARD), (1011, 638))
    assert photo.dpi == pytest.approx(0.3 * 3264 / 85.6 * 25.4, rel=0.04)


def test_a_calibrated_camera_needs_no_known_paper_and_scales_with_the_picture() -> None:
    corners = as_corners(specimens.staged(specimens.sheet(1), 1)[1])
    assert captured_dpi(corners, Settings(camera=_camera(10.0)), 3264, 2448) == 254.0
    assert captured_dpi(corners, Settings(camera=_camera(10.0), paper=CARD), 1632, 1224) == 127.0


@pytest.mark.parametrize("settings", [Settings(), Settings(paper=CARD), Settings(camera=_camera(None))])
def test_nothing_is_claimed_where_nothing_tells_the_size(settings: Settings) -> None:
    """Unknown paper, another paper than the material says, a camera whose scale was not measured."""
    result = _lying((1632, 1224), 0.8, settings)
    assert result.dpi is None
    assert "low_dpi" not in {finding.code for finding in result.findings}
