"""Portraits are looked at for a face: a hint to the clerk, never a refusal."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from capture.pipeline import faces, networks, specimens
from capture.pipeline.decode import decode
from capture.pipeline.geometry import Array
from capture.pipeline.run import process
from capture.pipeline.types import PageResult, Settings, Verdict
from tests.support import defects

PORTRAIT = Settings(kind="portrait")
needs_the_network = pytest.mark.skipif(
    networks.state(networks.FACES) != "ready", reason="the network was not fetched on this machine"
)


def _portrait(seed: int) -> Array:
    return decode(specimens.portrait(seed))[0]


def _wall(width: int, height: int) -> Array:
    return np.full((height, width, 3), (214, 210, 206), np.uint8)


def _judged(picture: Array) -> PageResult:
    (result,) = process(defects.jpeg(picture), PORTRAIT).pages
    return result


def _codes(result: PageResult) -> set[str]:
    return {finding.code for finding in result.findings}


@needs_the_network
@pytest.mark.parametrize("seed", range(6))
def test_the_drawn_citizen_is_seen(seed: int) -> None:
    (face,) = faces.find(_portrait(seed)) or []
    assert face.sureness > 0.85
    assert 0.3 < face.height / 1280 < 0.45
    assert 300 < face.left < face.left + face.width < 700


@needs_the_network
def test_a_good_portrait_passes_with_its_one_face() -> None:
    result = _judged(_portrait(3))
    assert (result.verdict, result.measures.faces) == (Verdict.PASS, 1)


@needs_the_network
def test_an_empty_chair_is_a_hint_and_no_refusal() -> None:
    result = _judged(_wall(960, 1280))
    assert (result.verdict, _codes(result)) == (Verdict.WARN, {"no_face"})


@needs_the_network
def test_two_people_are_noticed() -> None:
    pair = np.hstack([_portrait(1), _portrait(2)])
    result = _judged(pair)
    assert (result.verdict, _codes(result)) == (Verdict.WARN, {"several_faces"})


@needs_the_network
def test_a_citizen_far_from_the_camera_is_noticed() -> None:
    room = _wall(1920, 2560)
    small = cv2.resize(_portrait(2), (720, 960), interpolation=cv2.INTER_AREA)
    room[1600:2560, 600:1320] = small
    result = _judged(room)
    assert (result.verdict, _codes(result)) == (Verdict.WARN, {"face_small"})


@needs_the_network
def test_light_and_sharpness_are_those_of_the_face_not_of_the_wall() -> None:
    picture = _portrait(4).astype(np.float32)
    picture[340:900, 280:700] *= 0.3
    result = _judged(picture.astype(np.uint8))
    assert "face_dark" in _codes(result)
    soft = _portrait(4)
    soft[340:900, 280:700] = cv2.GaussianBlur(soft, (0, 0), 6)[340:900, 280:700]
    assert "face_blurred" in _codes(_judged(soft))


def test_without_the_network_a_portrait_is_judged_by_light_and_sharpness_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faces, "_detector", lambda: None)
    assert faces.find(_portrait(1)) is None
    result = _judged(_portrait(1))
    assert (result.verdict, result.measures.faces) == (Verdict.PASS, None)
    assert _judged(_wall(960, 1280)).findings == ()
