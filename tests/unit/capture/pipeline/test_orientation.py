"""Pages are brought upright by how their lines look."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from capture.pipeline import networks, orientation, specimens
from capture.pipeline.decode import decode
from capture.pipeline.geometry import Array
from capture.pipeline.run import process
from capture.pipeline.types import Settings
from workflows.papers import specimen

needs_the_network = pytest.mark.skipif(
    networks.state(networks.ORIENTATION) != "ready", reason="the network was not fetched on this machine"
)
TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


def _lying(page: Array, degrees: int) -> Array:
    return np.asarray(cv2.rotate(page, TURNS[degrees])) if degrees else page


@needs_the_network
@pytest.mark.parametrize("code", ["APPLICANT_ID", "HUKOU_BOOK", "BIRTH_CERT", "APPLY_FORM", "STATEMENT"])
@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_a_chinese_paper_is_brought_upright(code: str, degrees: int) -> None:
    page = specimens.paper(specimen.render(code, "样张"))
    small = cv2.resize(_lying(page, degrees), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    turn, sureness = orientation.upright(np.asarray(small))
    assert (turn + degrees) % 360 == 0
    assert sureness > orientation.SURE


@needs_the_network
@pytest.mark.parametrize("degrees", [90, 180])
def test_a_page_laid_down_the_wrong_way_comes_out_upright(degrees: int) -> None:
    page = specimens.paper(specimen.render("APPLY_FORM", "户口登记申请表"))
    (result,) = process(specimens.photograph(_lying(page, degrees), 3)).pages
    assert result.turn == 360 - degrees
    made, _ = decode(result.page.jpeg)
    straight = _print(page)
    like = [float(np.corrcoef(_print(_lying(made, turned)).ravel(), straight.ravel())[0, 1]) for turned in (0, 180)]
    assert like[0] > 0.2 > -0.2 > like[1]


def _print(page: Array) -> Array:
    """Where on the page print stands, coarsely."""
    gray = cv2.cvtColor(cv2.resize(page, (700, 990), interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY)
    ink = cv2.adaptiveThreshold(gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 15)
    return np.asarray(cv2.resize(cv2.blur(ink, (41, 41)), (70, 99), interpolation=cv2.INTER_AREA))


@needs_the_network
def test_a_turn_asked_for_by_hand_is_not_overruled() -> None:
    photo = specimens.photograph(specimens.sheet(1), 3)
    (result,) = process(photo, Settings(turn=180)).pages
    assert result.turn == 180


def test_blank_paper_is_left_as_it_lies() -> None:
    assert orientation.upright(np.full((1000, 707, 3), 236, np.uint8))[0] == 0


def test_a_slip_of_any_proportion_can_be_looked_at() -> None:
    for height, width in ((30, 1000), (1000, 30), (1, 1), (224, 224)):
        assert orientation.upright(np.full((height, width, 3), 236, np.uint8))[0] == 0


def test_without_the_network_nothing_is_turned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orientation, "_network", lambda: None)
    page = _lying(specimens.sheet(1), 180)
    assert orientation.upright(page) == (0, 0.0)
