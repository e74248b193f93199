"""The same sheet photographed again is told from the same form filled in for somebody else."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import cv2
import numpy as np
import pytest

from capture.pipeline import duplicates, specimens
from capture.pipeline.duplicates import SAME, difference, ink
from capture.pipeline.geometry import Array, as_corners
from capture.pipeline.run import process
from capture.pipeline.types import Settings
from tests.support.nights import by_day
from workflows.papers import specimen

PAPERS = ["APPLICANT_ID", "HUKOU_BOOK", "BIRTH_CERT", "APPLY_FORM", "STATEMENT", "MARRIAGE_CERT"]
SHOTS: list[dict[str, Any]] = [
    {"mat": "mat", "blur": 0.6, "light": 1.0, "size": (3264, 2448)},
    {"mat": "wood", "blur": 1.3, "light": 0.8, "size": (2592, 1944)},
]


@lru_cache
def _paper(code: str, person: int) -> Array:
    return specimens.paper(specimen.render(code, "样张", copy=2 * person))  # even copies show the front


@lru_cache
def _shot(code: str, person: int, shot: int) -> bytes:
    """Ink of a page captured with corners a few pixels off, as a finder has them."""
    fill = 0.45 if code.endswith("_ID") else 0.86
    photo, corners = specimens.staged(_paper(code, person), 10 * shot + person, fill=fill, **SHOTS[shot])
    corners = corners + np.random.default_rng(shot).uniform(-2.5, 2.5, (4, 2))
    done, jpeg = cv2.imencode(".jpg", photo, [cv2.IMWRITE_JPEG_QUALITY, 90])
    assert done
    (result,) = process(jpeg.tobytes(), Settings(corners=as_corners(corners), turn=0)).pages
    return result.ink


@pytest.mark.parametrize("code", by_day(2, PAPERS))
def test_the_same_sheet_on_another_desk_in_other_light_is_the_same(code: str) -> None:
    assert difference(_shot(code, 0, 0), _shot(code, 0, 1)) < SAME / 1.5


@pytest.mark.parametrize("code", by_day(2, PAPERS))
@pytest.mark.parametrize("shot", [0, 1])
def test_the_same_form_of_another_person_is_another_sheet(code: str, shot: int) -> None:
    assert difference(_shot(code, 0, 0), _shot(code, 1, shot)) > 3 * SAME


def test_it_does_not_matter_which_came_first() -> None:
    one, other = _shot("APPLY_FORM", 0, 0), _shot("APPLY_FORM", 1, 1)
    assert difference(one, other) == pytest.approx(difference(other, one), abs=0.02)


def test_a_signature_added_since_makes_another_page() -> None:
    page = _paper("APPLY_FORM", 0)
    signed = page.copy()
    height, width = page.shape[:2]
    cv2.putText(
        signed, "Zhou X.", (width // 2, round(0.9 * height)), cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, 2, (90, 30, 20), 4
    )
    assert difference(ink(page), ink(signed)) > SAME
    assert difference(ink(page), ink(page)) == 0


def test_a_sheet_a_little_bent_is_still_the_same() -> None:
    page = _paper("APPLY_FORM", 0)
    height, width = page.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    bent = cv2.remap(
        page, x + 5 * np.sin(y / 300), y + 5 * np.sin(x / 250), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    assert difference(ink(page), ink(np.asarray(bent))) < SAME


def test_blank_backs_are_not_called_the_same_page() -> None:
    blank = ink(np.full((2000, 1414, 3), 236, np.uint8))
    assert difference(blank, blank) == 1.0


def test_pages_of_other_proportions_are_not_compared() -> None:
    assert difference(_shot("APPLICANT_ID", 0, 0), _shot("APPLY_FORM", 0, 0)) == 1.0


def test_ink_is_small_enough_to_keep_with_every_page() -> None:
    assert all(1_000 < len(_shot(code, 0, 0)) < 80_000 for code in PAPERS)


@pytest.mark.parametrize("kept", [b"", b"i1", b"another thing altogether", ink(specimens.sheet(1))[:-40]])
def test_bytes_that_are_no_ink_are_named(kept: bytes) -> None:
    with pytest.raises(ValueError, match="not the ink of a page"):
        difference(kept, ink(specimens.sheet(1)))


def test_ink_of_the_smallest_picture_can_be_taken() -> None:
    tiny = ink(np.full((2, 2, 3), 128, np.uint8))
    assert duplicates.difference(tiny, tiny) == 1.0
