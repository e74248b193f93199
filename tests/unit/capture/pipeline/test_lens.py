"""What the lens bends is straightened in the one resampling there is."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from capture.pipeline import scenes
from capture.pipeline.geometry import as_corners
from capture.pipeline.lens import Lens, lens_of
from capture.pipeline.run import process, reprocess
from capture.pipeline.types import CameraModel, Recipe, Settings

MODEL = CameraModel(3264, 2448, 3600.0, (1630.0, 1226.0), (-0.06, 0.01, 0.0, 0.0, 0.0))


def test_bending_and_straightening_undo_each_other() -> None:
    points = np.random.default_rng(1).uniform((0, 0), (3264, 2448), (50, 2))
    lens = Lens(MODEL, 3264)
    assert np.abs(lens.straight(points) - points).max() > 5
    assert np.abs(lens.bent(lens.straight(points)) - points).max() < 0.05


def test_a_smaller_frame_of_the_same_camera_is_bent_the_same() -> None:
    points = np.array([[100.0, 80.0], [3100.0, 2300.0]])
    half = Lens(MODEL, 1632).straight((points + 0.5) / 2 - 0.5)
    assert np.allclose((half + 0.5) * 2 - 0.5, Lens(MODEL, 3264).straight(points), atol=0.01)


def test_another_part_of_the_sensor_is_another_matter() -> None:
    assert lens_of(MODEL, 1632, 1224) is not None
    assert lens_of(MODEL, 1920, 1080) is None


@pytest.mark.parametrize("bend", [0.01, 0.03])
def test_the_sides_of_a_calibrated_page_are_straight(bend: float) -> None:
    scene = scenes.scene(3, bend=bend)
    done, jpeg = cv2.imencode(".jpg", scene.image)
    assert done
    (found,) = process(jpeg.tobytes(), Settings(camera=scene.camera)).pages
    recipe = found.page.recipe
    assert recipe.height / recipe.width == pytest.approx(1754 / 1240, rel=0.005)
    page = cv2.imdecode(np.frombuffer(found.page.jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert page is not None
    middle = page.shape[0] // 2
    edges = [
        int(np.argmax(page[row] > 120)) for row in (recipe.margin + 60, middle, page.shape[0] - recipe.margin - 60)
    ]
    assert max(edges) - min(edges) <= 4


def test_a_page_of_a_calibrated_camera_is_derived_again_to_the_same_bytes() -> None:
    scene = scenes.scene(2, bend=0.02)
    photo = cv2.imencode(".jpg", scene.image)[1].tobytes()
    (found,) = process(photo, Settings(camera=scene.camera)).pages
    kept = Recipe.from_json(found.page.recipe.as_json())
    assert reprocess(photo, kept).jpeg == found.page.jpeg


def test_corners_by_hand_are_those_in_the_picture_as_it_was_taken() -> None:
    scene = scenes.scene(2, bend=0.02)
    photo = cv2.imencode(".jpg", scene.image)[1].tobytes()
    corners = as_corners(scene.truth[0])
    (found,) = process(photo, Settings(camera=scene.camera, corners=corners)).pages
    assert found.corners_tl_tr_br_bl == corners
    assert found.page.recipe.height / found.page.recipe.width == pytest.approx(1754 / 1240, rel=0.005)
