"""Hard scenes for the page finder, each with its truth: several papers, bent lenses, lamps, creases, light desks.

Built like the specimens, out of the same sheets and the same light; the same seed gives the same picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from .geometry import Array, area, ordered
from .lens import Lens
from .specimens import exposed, sheet
from .types import CameraModel

Ground = Literal["dark", "green", "black", "wood", "grey", "white", "near-white"]
MATS: tuple[Ground, ...] = ("dark", "green", "black")
LIGHT: tuple[Ground, ...] = ("white", "near-white")
_BGR: dict[Ground, tuple[int, int, int]] = {
    "dark": (46, 52, 40),
    "green": (72, 110, 58),
    "black": (22, 22, 24),
    "wood": (70, 112, 160),
    "grey": (128, 130, 132),
    "white": (218, 220, 222),
    "near-white": (228, 231, 232),
}
A4, ID1, BOOKLET = (1240, 1754), (1011, 638), (1240, 877)
_PLACES = {1: [(0.5, 0.5)], 2: [(0.27, 0.5), (0.73, 0.5)], 3: [(0.25, 0.27), (0.73, 0.27), (0.5, 0.76)]}
_PLACES[4] = [(0.26, 0.26), (0.74, 0.26), (0.26, 0.74), (0.74, 0.74)]


@dataclass(frozen=True)
class Scene:
    """A picture and what lies in it."""

    image: Array
    truth: tuple[Array, ...]
    """Corners of every paper in the picture as it was taken, each 4 × 2, top-left first."""
    camera: CameraModel | None
    """The lens, where it bends."""


def scene(
    seed: int,
    ground: Ground = "dark",
    size: tuple[int, int] = (3264, 2448),
    *,
    papers: int = 1,
    bend: float = 0.0,
    lamp: float = 0.0,
    crumpled: float = 0.0,
    askew: float = 8.0,
    noise: float = 2.5,
    light: float = 1.0,
) -> Scene:
    """A picture of `papers` (0 to 4) on `ground`.

    `bend`: how far the lens draws in the picture's corners, as a share of their distance (0.03 is a poor lens); `lamp`:
    radius of its reflection in the desk, as a share of the width; `crumpled`: depth of creases, 0 to 1.
    """
    rng = np.random.default_rng([seed, 17])
    camera = _camera(size, bend) if bend else None
    photo = _ground(ground, size, rng)
    if lamp:
        photo += _reflection(size, rng, lamp)[..., None]
    truth: list[Array] = []
    for place in _PLACES.get(papers, []):
        paper = _paper(seed + len(truth), papers)
        if crumpled:
            paper = _creased(paper, rng, crumpled)
        corners = _laid(paper, place, size, rng, papers=papers, askew=askew)
        _lay(photo, paper, corners)
        truth.append(corners)
    image = exposed(photo, rng, light=light, glare=0.0, blur=0.7, noise=noise)
    if camera is not None:
        lens = Lens(camera, size[0])
        image = _bent(image, lens)
        truth = [lens.bent(corners) for corners in truth]
    return Scene(image, tuple(truth), camera)


def _paper(seed: int, papers: int) -> Array:
    size = A4 if papers == 1 else (ID1, BOOKLET, ID1, BOOKLET)[seed % 4]
    return sheet(seed, size, lines=30 if size is A4 else 9)


def _laid(
    paper: Array,
    place: tuple[float, float],
    size: tuple[int, int],
    rng: np.random.Generator,
    *,
    papers: int,
    askew: float,
) -> Array:
    width, height = size
    ratio = paper.shape[1] / paper.shape[0]
    room = {1: (0.86, 0.86), 2: (0.40, 0.7), 3: (0.38, 0.40), 4: (0.40, 0.40)}[papers]
    tall = min(room[1] * height, room[0] * width / ratio) * rng.uniform(0.85, 1.0)
    flat = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * np.array([tall * ratio / 2, tall / 2])
    angle = np.radians(rng.uniform(-askew, askew))
    turned = flat @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    depth = 1 + turned @ (rng.uniform(-0.06, 0.06, 2) / max(size))
    corners = turned / depth[:, None] + np.array([width, height]) * (np.array(place) + rng.uniform(-0.01, 0.01, 2))
    inside = np.clip(corners, 4, np.array([width, height]) - 5)
    return ordered(inside) if area(inside) > 0.98 * area(corners) else ordered(corners * 0.9 + corners.mean(0) * 0.1)


def _lay(photo: Array, paper: Array, corners: Array) -> None:
    """Put `paper` into `photo`, with the shadow of its edge."""
    height, width = photo.shape[:2]
    tall, wide = paper.shape[:2]
    source = np.array([[0, 0], [wide, 0], [wide, tall], [0, tall]], np.float32) - 0.5
    matrix = cv2.getPerspectiveTransform(source, corners.astype(np.float32))
    lying = cv2.warpPerspective(paper, matrix, (width, height), flags=cv2.INTER_AREA)
    cover = cv2.warpPerspective(np.full((tall, wide), 255, np.uint8), matrix, (width, height), flags=cv2.INTER_LINEAR)
    fall = max(3, width // 300)
    shadow = cv2.GaussianBlur(np.roll(cover, (fall, fall), (0, 1)), (0, 0), 2.2 * fall).astype(np.float32) / 255
    photo *= 1 - 0.45 * shadow[..., None]
    share = cover.astype(np.float32)[..., None] / 255
    photo *= 1 - share
    photo += lying.astype(np.float32) * share


def _creased(paper: Array, rng: np.random.Generator, depth: float) -> Array:
    """Paper that was crumpled and smoothed out: facets that catch the light differently."""
    tall, wide = paper.shape[:2]
    facets = cv2.resize(rng.normal(0, 1, (7, 5)).astype(np.float32), (wide, tall), interpolation=cv2.INTER_LINEAR)
    slope = cv2.Sobel(facets, cv2.CV_32F, 1, 0, ksize=5) + cv2.Sobel(facets, cv2.CV_32F, 0, 1, ksize=5)
    slope /= max(1e-6, float(np.abs(slope).max()))
    return np.asarray(np.clip(paper * (1 + 0.22 * depth * slope)[..., None], 0, 255).astype(np.uint8))


def _ground(ground: Ground, size: tuple[int, int], rng: np.random.Generator) -> Array:
    width, height = size
    desk = np.empty((height, width, 3), np.float32)
    desk[:] = _BGR[ground]
    coarse = rng.normal(0, 1, (max(2, height // 64), max(2, width // 64))).astype(np.float32)
    cloud = cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)
    if ground == "wood":
        grain = rng.normal(0, 1, (max(2, height // 12), max(2, width // 500))).astype(np.float32)
        cloud = cloud + 3.5 * cv2.resize(grain, size, interpolation=cv2.INTER_CUBIC)
    return desk + 1.6 * cloud[..., None]


def _reflection(size: tuple[int, int], rng: np.random.Generator, radius: float) -> Array:
    width, height = size
    x, y = rng.uniform(0.1, 0.9, 2) * (width, height)
    away = np.hypot(np.arange(width)[None] - x, np.arange(height)[:, None] - y).astype(np.float32)
    return np.asarray(170 * np.exp(-((away / (radius * width)) ** 2)), np.float32)


def _camera(size: tuple[int, int], bend: float) -> CameraModel:
    """A camera whose lens draws the picture's corners in by `bend` of their distance from the middle."""
    width, height = size
    focal = 1.1 * width
    corner = np.hypot(width, height) / 2 / focal
    return CameraModel(width, height, focal, (width / 2, height / 2), (-bend / corner**2, 0.0, 0.0, 0.0, 0.0))


def _bent(image: Array, lens: Lens) -> Array:
    height, width = image.shape[:2]
    step = 32
    across, down = step * np.arange(width // step + 2.0), step * np.arange(height // step + 2.0)
    table = lens.straight(np.stack(np.meshgrid(across, down), -1)).astype(np.float32)
    place = np.array([[step, 0, 0], [0, step, 0]], np.float64)
    spread = cv2.warpAffine(table, place, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(
        cv2.remap(image, spread[..., 0], spread[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    )
