"""Where the page lies in the picture."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from capture.pipeline import scenes, specimens
from capture.pipeline.decode import decode
from capture.pipeline.find import find_pages
from capture.pipeline.geometry import Array, ordered, overlap
from capture.pipeline.types import CameraModel
from tests.support import photographs
from tests.support.nights import by_day


def _found(photo: Array) -> Array:
    (page,) = find_pages(photo)
    return page.quad


@pytest.mark.parametrize("mat", ["mat", "wood", "grey", "white"])
@pytest.mark.parametrize("seed", by_day(1, [0, 1]))
def test_a_sheet_is_found_to_a_hair_on_every_desk(mat: specimens.Desk, seed: int) -> None:
    photo, truth = specimens.staged(specimens.sheet(seed), seed, mat=mat)
    assert overlap(_found(photo), truth) > 0.995


def test_a_small_card_lying_far_askew_is_found() -> None:
    photo, truth = specimens.staged(specimens.sheet(5, (1011, 638), lines=9), 3, fill=0.3, askew=30)
    assert overlap(_found(photo), truth) > 0.99


def test_blank_paper_is_found_although_nothing_is_printed_on_it() -> None:
    photo, truth = specimens.staged(specimens.sheet(1, lines=0), 2)
    assert overlap(_found(photo), truth) > 0.995


def test_a_lamp_mirrored_in_the_paper_does_not_hide_it() -> None:
    photo, truth = specimens.staged(specimens.sheet(2), 5, glare=0.12)
    assert overlap(_found(photo), truth) > 0.99


@pytest.mark.parametrize("mat", ["mat", "wood", "grey", "white"])
@pytest.mark.parametrize("seed", by_day(1, [1, 2]))
def test_an_empty_desk_has_no_page(mat: specimens.Desk, seed: int) -> None:
    image, _ = decode(specimens.empty_desk(seed, mat=mat))
    assert find_pages(image) == []


def test_the_first_corner_is_the_top_left_of_a_page_lying_askew() -> None:
    square = np.array([[0, 0], [100, 0], [100, 140], [0, 140]], np.float64)
    for degrees in (-40, -10, 0, 10, 40):
        turn = cv2.getRotationMatrix2D((50, 70), degrees, 1)
        askew = square @ turn[:, :2].T + turn[:, 2]
        assert np.allclose(ordered(askew[[2, 0, 3, 1]]), askew)


@pytest.mark.slow
@pytest.mark.skipif(photographs.folder() is None, reason="no folder of real photographs (HUKOU_PHOTOS)")
def test_real_photographs_agree_with_corners_set_by_hand() -> None:
    shares = {}
    for name, photo, truth in photographs.with_truth():
        found = find_pages(decode(photo)[0])
        shares[name] = overlap(found[0].quad, truth) if found else 0.0
    held_in_a_hand = {"scanic_0123.jpg"}
    assert min(share for name, share in shares.items() if name not in held_in_a_hand) > 0.95, shares
    assert min(shares.values()) > 0.9, shares
    assert np.mean(list(shares.values())) > 0.97, shares


@pytest.mark.parametrize("ground", by_day(1, ["wood", "dark", "near-white"]))
def test_four_cards_and_booklets_in_one_picture_are_all_found(ground: scenes.Ground) -> None:
    scene = scenes.scene(4, ground, papers=4)
    found = find_pages(scene.image, most=6)
    assert len(found) == 4
    for truth in scene.truth:
        assert max(overlap(page.quad, truth) for page in found) > 0.99


def test_pages_come_in_reading_order() -> None:
    found = find_pages(scenes.scene(1, papers=4, askew=3).image, most=4)
    middles = [tuple(page.quad.mean(0) > (1632, 1224)) for page in found]
    assert middles == [(False, False), (True, False), (False, True), (True, True)]


@pytest.mark.parametrize("ground", [*scenes.MATS, "wood", "grey", *scenes.LIGHT])
def test_a_lamp_in_an_empty_desk_is_no_page(ground: scenes.Ground) -> None:
    assert find_pages(scenes.scene(2, ground, papers=0, lamp=0.12).image, most=4) == []


def test_what_is_printed_on_a_page_is_not_another_page() -> None:
    photo, _ = specimens.staged(specimens.sheet(3), 3)
    assert len(find_pages(photo, most=4)) == 1


def test_the_end_of_a_shadow_is_not_taken_for_the_papers_edge() -> None:
    scene = scenes.scene(0, "white")
    assert overlap(find_pages(scene.image)[0].quad, scene.truth[0]) > 0.99


def test_a_bent_lens_is_straightened_when_the_camera_is_calibrated() -> None:
    scene = scenes.scene(1, bend=0.03)
    (bent,), (straight,) = find_pages(scene.image), find_pages(scene.image, camera=scene.camera)
    assert overlap(bent.quad, scene.truth[0]) < 0.996 < overlap(straight.quad, scene.truth[0])


def test_a_sheet_over_the_pictures_border_is_found_on_a_known_mat() -> None:
    photo, truth = specimens.staged(specimens.sheet(2), 2, shift=(0.0, 0.06))
    flat = (40.0, 128.0, 128.0)
    mat = tuple(value for term in (flat, *[(0.0, 0.0, 0.0)] * 5) for value in term)
    camera = CameraModel(photo.shape[1], photo.shape[0], 3000, (1632, 1224), (0, 0, 0, 0, 0), mat=mat)
    (found,) = find_pages(photo, camera=camera)
    assert overlap(found.quad, truth) > 0.95


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (3, 3), (2, 4000), (40, 30)])
def test_any_picture_at_all_gets_an_answer(size: tuple[int, int]) -> None:
    rng = np.random.default_rng(size)
    for image in (rng.integers(0, 256, (*size, 3), np.uint8), np.zeros((*size, 3), np.uint8)):
        assert find_pages(image, most=3) is not None
