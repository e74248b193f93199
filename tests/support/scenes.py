"""Graded series of everything that goes wrong under a document camera, and good pages of every kind to compare with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np

from capture.pipeline import specimens
from capture.pipeline.decode import decode
from capture.pipeline.geometry import Array, as_corners
from capture.pipeline.types import Settings
from tests.support import defects
from workflows.papers import specimen

FIVE_MEGAPIXELS, EIGHT_MEGAPIXELS = (2592, 1944), (3264, 2448)
A4 = (210.0, 297.0)
DESKS: tuple[specimens.Desk, ...] = ("mat", "wood", "grey", "white")
PAPERS = (
    "APPLICANT_ID", "HUKOU_BOOK", "BIRTH_CERT", "MARRIAGE_CERT", "APPLY_FORM", "STATEMENT", "GRADUATION", "MOVE_PERMIT",
)  # fmt: skip
PORTRAIT = Settings(kind="portrait")
WALL = (214, 210, 206)

Scene = tuple[bytes, Settings]
"""A photograph and what is asked of the pipeline."""


@dataclass(frozen=True)
class Series:
    """One defect in rising strength; strength 0 of every series is a good picture."""

    finding: str
    strength: str
    """What the numbers are."""
    strengths: tuple[float, ...]
    scene: Callable[[float, int], Scene]
    """Of a strength and a seed."""


@lru_cache(maxsize=64)
def paper(code: str, copy: int) -> Array:
    """A typeset paper in Chinese."""
    return specimens.paper(specimen.render(code, "样张", copy=copy))


def good_pages(count: int, *, find: bool = False) -> Iterator[Scene]:
    """Good pictures: typeset papers and plain sheets, laid on every desk, any way up, in passable light and focus.

    With their corners, a little off as a finder has them; with `find` they are still to be found.
    """
    for seed in range(count):
        rng = np.random.default_rng([seed, 31])
        page = specimens.sheet(seed) if seed % 5 == 4 else paper(PAPERS[seed % len(PAPERS)], seed // len(PAPERS) % 4)
        small = page.shape[0] * page.shape[1] < 1100 * 1100
        photo, corners = specimens.staged(
            np.ascontiguousarray(np.rot90(page, int(rng.integers(4)))),
            seed,
            EIGHT_MEGAPIXELS if seed % 2 else FIVE_MEGAPIXELS,
            DESKS[int(rng.integers(len(DESKS)))],
            fill=float(rng.uniform(0.4, 0.6) if small else rng.uniform(0.68, 0.86)),
            blur=float(rng.uniform(0.5, 1.0)),
            light=float(rng.uniform(0.7, 1.05)),
            noise=float(rng.uniform(1, 3.5)),
            askew=8.0,
        )
        near = as_corners(corners + rng.uniform(-2.5, 2.5, (4, 2)))
        yield defects.jpeg(photo), Settings(corners=None if find else near, colour=True)


def _staged(seed: int, page: Array | None = None, **scene: Any) -> tuple[Array, Array]:
    page = specimens.sheet(seed) if page is None else page
    return specimens.staged(page, seed, **{"size": FIVE_MEGAPIXELS, "mat": DESKS[seed % 4], **scene})


def _seen(photo: Array, corners: Array, **settings: Any) -> Scene:
    """With corners a little off, as a finder has them: these series are about quality, not about finding."""
    near = corners + np.random.default_rng(len(corners)).uniform(-1.5, 1.5, (4, 2))
    return defects.jpeg(photo), Settings(corners=as_corners(near), turn=0, **settings)


def _blurred(sigma: float, seed: int) -> Scene:
    return _seen(*_staged(seed, size=EIGHT_MEGAPIXELS, blur=0.6 + sigma))


def _dark(loss: float, seed: int) -> Scene:
    return _seen(*_staged(seed, light=1 - loss))


def _glaring(radius: float, seed: int) -> Scene:
    return _seen(*_staged(seed, glare=radius))


def _blank(loss: float, seed: int) -> Scene:
    lines = round(30 * (1 - loss))
    page = specimens.sheet(seed, lines=0) if loss == 1 else _with_lines(seed, lines)
    return _seen(*_staged(seed, page))


def _with_lines(seed: int, lines: int) -> Array:
    """A sheet with the first lines of print only, and nothing else."""
    full, page = specimens.sheet(seed), specimens.sheet(seed, lines=0)
    top, bottom = round(0.12 * page.shape[0]), round((0.12 + 0.8 * lines / 30) * page.shape[0])
    page[top:bottom, 120:-120] = full[top:bottom, 120:-120]
    return page


def _cut(shift: float, seed: int) -> Scene:
    photo, corners = _staged(seed, shift=(0.0, shift), fill=0.86, askew=1.0)
    return _seen(photo, corners)


def _covered(share: float, seed: int) -> Scene:
    photo, corners = _staged(seed)
    colour = (240, 243, 244) if seed % 2 else (50, 44, 40)
    return _seen(defects.overlaid(photo, corners, share, colour) if share else photo, corners)


def _fingers(reach: float, seed: int) -> Scene:
    photo, corners = _staged(seed)
    for finger in range(4 if reach > 3 else 1 if reach else 0):
        photo = defects.held(
            photo, corners, min(reach, 3), skin=seed % 4, side=seed // 4 % 4, along=0.3 + 0.09 * finger
        )
    return _seen(photo, corners)


def _askew(degrees: float, seed: int) -> Scene:
    page = specimens.sheet(seed)
    turn = cv2.getRotationMatrix2D((620, 877), degrees, 0.9)
    askew = np.asarray(cv2.warpAffine(page, turn, (1240, 1754), borderValue=(246, 246, 246)))
    return _seen(*_staged(seed, askew))


def _coarse(loss: float, seed: int) -> Scene:
    page = np.ascontiguousarray(np.rot90(specimens.sheet(seed)))
    photo, corners = _staged(seed, page, size=EIGHT_MEGAPIXELS, fill=0.86 * (1 - loss))
    return _seen(photo, corners, paper=A4)


def _grey(loss: float, seed: int) -> Scene:
    photo, corners = _staged(seed)
    faded = photo * (1 - loss) + defects.without_colour(photo) * loss
    return _seen(faded.astype(np.uint8), corners, colour=True)


def _portrait(seed: int, **scene: Any) -> Array:
    return decode(specimens.portrait(seed, **scene))[0]


def _soft_face(sigma: float, seed: int) -> Scene:
    return specimens.portrait(seed, blur=0.6 + sigma), PORTRAIT


def _dark_face(loss: float, seed: int) -> Scene:
    return specimens.portrait(seed, light=1 - loss), PORTRAIT


def _far_face(distance: float, seed: int) -> Scene:
    """The citizen takes 1 / (1 + distance) of the picture's height."""
    room = np.full((1280, 960, 3), WALL, np.uint8)
    height = round(1280 / (1 + distance))
    person = cv2.resize(_portrait(seed), (height * 3 // 4, height), interpolation=cv2.INTER_AREA)
    left = (960 - person.shape[1]) // 2
    room[1280 - height :, left : left + person.shape[1]] = person
    return defects.jpeg(room), PORTRAIT


def _no_face(gone: float, seed: int) -> Scene:
    picture = _portrait(seed)
    if gone:
        picture[: round(0.72 * picture.shape[0])] = WALL
    return defects.jpeg(picture), PORTRAIT


def _more_faces(more: float, seed: int) -> Scene:
    people = np.hstack([_portrait(seed + other) for other in range(1 + round(more))])
    return defects.jpeg(people), PORTRAIT


SERIES = (
    Series("blurred", "blur beyond a good lens, sigma in pixels", (0, 0.3, 0.6, 0.9, 1.2, 1.6, 2.2, 3.0), _blurred),
    Series("dark", "light lost", (0, 0.3, 0.5, 0.58, 0.65, 0.72, 0.8), _dark),
    Series("glare", "radius of the lamp, share of the frame", (0, 0.01, 0.015, 0.025, 0.04, 0.06, 0.09), _glaring),
    Series("blank", "print missing", (0, 0.5, 0.8, 0.9, 0.97, 1), _blank),
    Series("cut", "pushed out of the picture, share of its height", (0, 0.03, 0.07, 0.09, 0.12, 0.2), _cut),
    Series("covered", "share of the right side hidden", (0, 0.05, 0.1, 0.3, 0.6), _covered),
    Series("finger", "reach in finger widths; 4: a hand", (0, 0.2, 0.5, 1, 2, 4), _fingers),
    Series("skewed", "print askew, degrees", (0, 0.6, 1.2, 2.4, 3, 3.8, 5, 7), _askew),
    Series("low_dpi", "smaller than 240 dpi by", (0, 0.12, 0.22, 0.3, 0.45, 0.6), _coarse),
    Series("grey", "colour lost", (0, 0.5, 0.8, 0.9, 0.97, 1), _grey),
    Series("face_blurred", "portrait: blur, sigma in pixels", (0, 1, 2, 3, 5, 8), _soft_face),
    Series("face_dark", "portrait: light lost", (0, 0.3, 0.5, 0.6, 0.7, 0.8), _dark_face),
    Series("face_small", "portrait: further away by", (0, 0.5, 1, 2, 3, 4), _far_face),
    Series("no_face", "portrait: nobody there", (0, 1), _no_face),
    Series("several_faces", "portrait: others in the picture", (0, 1, 2), _more_faces),
)
