"""Where the page lies in the picture."""

from __future__ import annotations

import json
import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from capture.pipeline import specimens
from capture.pipeline.decode import decode
from capture.pipeline.find import find_pages
from capture.pipeline.geometry import Array, ordered, overlap


def _found(photo: Array) -> Array:
    (page,) = find_pages(photo)
    return page.quad


@pytest.mark.parametrize("mat", ["mat", "wood", "grey", "white"])
@pytest.mark.parametrize("seed", [0, 1])
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
@pytest.mark.parametrize("seed", [1, 2])
def test_an_empty_desk_has_no_page(mat: specimens.Desk, seed: int) -> None:
    image, _ = decode(specimens.empty_desk(seed, mat=mat))
    assert find_pages(image) == []


def test_the_first_corner_is_the_top_left_of_a_page_lying_askew() -> None:
    square = np.array([[0, 0], [100, 0], [100, 140], [0, 140]], np.float64)
    for degrees in (-40, -10, 0, 10, 40):
        turn = cv2.getRotationMatrix2D((50, 70), degrees, 1)
        askew = square @ turn[:, :2].T + turn[:, 2]
        assert np.allclose(ordered(askew[[2, 0, 3, 1]]), askew)


def _photos() -> Path | None:
    named = os.environ.get("HUKOU_PHOTOS")
    folder = Path(named) if named else Path(__file__).resolve().parents[5] / "shared" / "data" / "photos"
    return folder if (folder / "truth.json").is_file() else None


@pytest.mark.slow
@pytest.mark.skipif(_photos() is None, reason="no folder of real photographs (HUKOU_PHOTOS)")
def test_real_photographs_agree_with_corners_set_by_hand() -> None:
    folder = _photos()
    assert folder is not None
    scores = {}
    for name, entry in json.loads((folder / "truth.json").read_text()).items():
        if entry["corners_tl_tr_br_bl"] is None:
            continue
        image, _ = decode((folder / name).read_bytes())
        found = find_pages(image)
        truth = np.array(entry["corners_tl_tr_br_bl"], np.float64)
        scores[name] = overlap(found[0].quad, truth) if found else 0.0
    assert min(scores.values()) > 0.9, scores
    assert np.mean(list(scores.values())) > 0.97, scores
