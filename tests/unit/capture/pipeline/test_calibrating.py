"""Calibration, held against photographs by a camera whose lens is known exactly."""

from __future__ import annotations

import re
from functools import cache

import cv2
import numpy as np
import pytest

from capture.pipeline import calibration, colour, sheet, specimens
from capture.pipeline import sheet_photographs as photographs
from capture.pipeline.decode import decode
from capture.pipeline.types import CameraModel

LENS = photographs.lens()
"""8 million pixels over A4 landscape, k1 -6 %, k2 1 %, 9.9 pixels a millimetre."""
ROUND = (
    {"at": (0, 0)},
    {"at": (-40, -25), "turn": 8},
    {"at": (42, -26), "turn": -6},
    {"at": (41, 27), "turn": 90},
    {"at": (-42, 26), "turn": 2},
)
"""Middle, then toward each corner of the picture."""


@cache
def photo(number: int) -> bytes:
    return photographs.photograph(LENS, number, **ROUND[number])  # type: ignore[arg-type]


def bend(model: CameraModel) -> np.ndarray:
    """How far the lens moves points across the picture, pixels; the same for any focal length that was assumed."""
    x, y = np.meshgrid(np.linspace(0, LENS.width, 9), np.linspace(0, LENS.height, 7))
    matrix = np.array([[model.focal, 0, model.centre[0]], [0, model.focal, model.centre[1]], [0, 0, 1]])
    points = np.stack([x.ravel(), y.ravel()], 1)
    straight = cv2.undistortPoints(points.reshape(-1, 1, 2), matrix, np.array(model.distortion), P=matrix)
    return straight.reshape(-1, 2) - points


def test_one_good_view_in_the_middle_gives_the_scale_within_half_a_percent() -> None:
    result = calibration.measure([photo(0)])

    assert result.px_per_mm == pytest.approx(9.9, rel=0.005)
    assert "more" in result.needs
    assert not result.ready


def test_five_views_find_the_lens_and_the_scale() -> None:
    result = calibration.measure([photo(number) for number in range(5)])

    assert result.ready, (result.needs, result.problems)
    assert result.model is not None
    assert result.px_per_mm == pytest.approx(9.9, rel=0.001)
    assert result.model.distortion[0] == pytest.approx(-0.06, abs=0.002)
    assert result.rms < 0.1
    assert np.abs(bend(result.model) - bend(LENS)).max() < 1.5  # out of 37 pixels in the corners of the picture


def test_a_propped_sheet_tells_the_focal_length_and_does_not_spoil_the_scale() -> None:
    lens = photographs.lens(distortion=(-0.1, 0.0, 0.0, 0.0, 0.0))
    ways = [*ROUND, {"at": (0, 0), "tilt": (18, 0)}, {"at": (0, 0), "tilt": (0, 18)}]
    photos = [photographs.photograph(lens, n, **way) for n, way in enumerate(ways)]  # type: ignore[arg-type]
    result = calibration.measure(photos)

    assert result.model is not None
    assert result.model.focal == pytest.approx(lens.focal, rel=0.01)
    assert result.px_per_mm == pytest.approx(9.9, rel=0.002)


def test_a_camera_that_is_not_quite_plumb_is_calibrated_all_the_same() -> None:
    photos = [photographs.photograph(LENS, n, **way, tilt=(2, -2)) for n, way in enumerate(ROUND)]  # type: ignore[arg-type]
    result = calibration.measure(photos)

    assert result.ready
    assert result.px_per_mm == pytest.approx(9.9, rel=0.005)


def test_a_lens_off_its_axis_keeps_its_tangential_bend() -> None:
    lens = photographs.lens(distortion=(-0.06, 0.0, 0.004, -0.003, 0.0))
    photos = [photographs.photograph(lens, n, **way) for n, way in enumerate(ROUND)]  # type: ignore[arg-type]
    result = calibration.measure(photos)

    assert result.model is not None
    assert np.abs(bend(result.model) - bend(lens)).max() < 2.5


def test_what_is_still_needed_is_named_until_nothing_is() -> None:
    needs = [calibration.solve([calibration.look(photo(n)) for n in range(count)]).needs for count in range(6)]

    assert needs[0] == ("middle",)
    assert set(needs[1]) == {"top_left", "top_right", "bottom_right", "bottom_left", "turned", "more"}
    assert [len(left) for left in needs[1:]] == sorted((len(left) for left in needs[1:]), reverse=True)
    assert needs[5] == ()


def test_the_same_view_three_times_is_one_view() -> None:
    view = calibration.look(photo(0))

    assert "more" in calibration.solve([view, view, view]).needs


def test_a_sheet_printed_small_is_reckoned_with_when_its_ruler_was_measured() -> None:
    small = photographs.photograph(LENS, 3, printed=0.97)

    assert calibration.measure([small], ruler_mm=97.0).px_per_mm == pytest.approx(9.9, rel=0.005)
    assert calibration.measure([small], ruler_mm=70.7).problems == ("wrong_scale",)


def test_pictures_of_different_sizes_do_not_go_together() -> None:
    other = photographs.photograph(photographs.lens((2592, 1944), px_per_mm=7.8), 1)

    assert calibration.measure([photo(0), other]).problems == ("other_size",)


def test_a_sheet_raised_between_the_views_is_noticed() -> None:
    nearer = photographs.photograph(photographs.lens(px_per_mm=10.3), 1, turn=40)

    assert "not_flat" in calibration.measure([photo(0), photo(1), nearer]).problems


@pytest.mark.parametrize("made", [specimens.empty_desk(1), specimens.photograph(specimens.sheet(1), 1)])
def test_a_picture_without_the_sheet_is_refused(made: bytes) -> None:
    with pytest.raises(calibration.NoView) as refused:
        calibration.look(made)
    assert refused.value.reason == "no_sheet"


def test_a_blurred_sheet_is_refused() -> None:
    with pytest.raises(calibration.NoView) as refused:
        calibration.look(photographs.photograph(LENS, 1, blur=3.0))
    assert refused.value.reason == "blurred"


def test_levels_cut_off_at_both_ends_are_told_from_too_much_light() -> None:
    stretched = photographs.photograph(LENS, 1, light=1.05, contrast=1.2, stretched=True)

    assert calibration.look(photo(0)).levels == ""
    assert calibration.look(stretched).levels == "stretched"
    assert calibration.look(photographs.photograph(LENS, 1, light=1.3)).levels == "overexposed"


def test_a_view_comes_back_from_json_as_it_went() -> None:
    view = calibration.look(photo(0))

    assert calibration.View.from_json(view.as_json()) == view


def test_mat_and_grey_card_are_kept_in_the_model() -> None:
    result = calibration.measure(
        [photo(0)],
        mat=photographs.empty_mat(LENS, lamp=0.05),
        grey=photographs.grey_card(LENS, cast=(0.8, 1.0, 1.1)),
    )

    assert result.model is not None
    assert result.model.mat is not None
    assert len(result.model.mat) == 18
    assert CameraModel.from_json(result.model.as_json()) == result.model
    assert result.model.grey is not None
    blue, green, red = result.model.grey
    assert (blue / green, red / green) == pytest.approx((1 / 0.8, 1 / 1.1), rel=0.02)


def test_the_surface_of_the_mat_is_what_the_camera_sees_of_it() -> None:
    picture, _ = decode(photographs.empty_mat(LENS))
    lab = cv2.cvtColor(cv2.resize(picture, (500, 375), interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2LAB)
    surface = np.reshape(colour.mat_surface(picture), (6, 3))

    assert surface[0] == pytest.approx(lab[187, 250].astype(float), abs=2)
    assert np.array([1, -1, -1, 1, 1, 1]) @ surface == pytest.approx(lab[0, 0].astype(float), abs=3)


@pytest.mark.parametrize(
    ("reason", "light"), [("too_dark", 40.0), ("too_light", 225.0), ("coloured_light", 118.0), ("not_a_card", 0.0)]
)
def test_a_grey_card_that_says_nothing_is_refused(reason: str, light: float) -> None:
    cast = (0.4, 1.0, 1.4) if reason == "coloured_light" else (1.0, 1.0, 1.0)
    made = photo(0) if reason == "not_a_card" else photographs.grey_card(LENS, level=light, cast=cast)

    with pytest.raises(colour.NotEven) as refused:
        colour.grey_gains(decode(made)[0])
    assert refused.value.reason == reason


def test_a_mat_with_paper_on_it_is_not_empty() -> None:
    with pytest.raises(colour.NotEven) as refused:
        colour.mat_surface(decode(specimens.photograph(specimens.sheet(1), 1))[0])
    assert refused.value.reason == "mat_not_empty"


def test_the_drawn_sheet_is_the_board_to_the_millimetre() -> None:
    drawn, scale = np.full((2940, 4158), 255, np.uint8), 14  # a module of a marker is then 30 pixels
    path = re.search(
        r'<path transform="translate\(([\d.]+) ([\d.]+)\)" fill="#000000" d="([^"]+)"', calibration.sheet()
    )
    assert path is not None
    left, top = float(path[1]), float(path[2])
    for piece in re.findall(r"M([\d.]+) ([\d.]+)h([\d.]+)v([\d.]+)h-[\d.]+z", path[3]):
        x, y, across, down = (float(number) for number in piece)
        start, end = (round((left + x) * scale), round((top + y) * scale)), (across * scale, down * scale)
        drawn[start[1] : round(start[1] + end[1]), start[0] : round(start[0] + end[0])] = 0

    assert np.mean(drawn != sheet.raster(scale)) < 0.0001
    assert 'width="297mm" height="210mm"' in calibration.sheet()
