"""Photographs of the calibration sheet, of an empty mat and of a grey card by a camera whose lens is known exactly.

The same numbers give the same bytes; tests hold what calibration finds against what the lens really is.
"""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np

from . import sheet
from .geometry import Array
from .types import CameraModel

PAPER, INK = 238.0, 34.0
"""Levels of white paper and black print, before the light falls off."""
MAT = np.array([58.0, 66.0, 52.0])
"""Blue, green and red of the mat."""
PRINT = 20.0
"""Pixels per millimetre of the print that is photographed: twice those of the camera."""
_STEP = 8
"""The bend of the lens is reckoned every so many pixels and is smooth in between."""


def lens(
    size: tuple[int, int] = (3264, 2448),
    *,
    px_per_mm: float = 9.9,
    distortion: tuple[float, float, float, float, float] = (-0.06, 0.01, 0.0, 0.0, 0.0),
) -> CameraModel:
    """A document camera some 360 mm above its mat; 9.9 pixels a millimetre is A4 landscape at 8 million pixels."""
    width, height = size
    return CameraModel(width, height, 1.1 * width, ((width - 1) / 2, (height - 1) / 2), distortion, px_per_mm)


def photograph(
    camera: CameraModel,
    seed: int = 0,
    *,
    at: tuple[float, float] = (0.0, 0.0),
    turn: float = 0.0,
    tilt: tuple[float, float] = (0.0, 0.0),
    printed: float = 1.0,
    blur: float = 0.7,
    light: float = 1.0,
    noise: float = 2.0,
    contrast: float = 1.0,
    stretched: bool = False,
) -> bytes:
    """JPEG of the sheet on the mat. `at`: its middle, mm from the picture's; `turn`: degrees; `tilt`: of the mat, degrees about x, y;
    `printed`: scale of the printer; `contrast`: of the camera's own processing; `stretched`: levels 16 to 235 pulled apart to 0 to 255, as a browser may do."""
    across, down = _on_sheet(camera, at=at, turn=turn, tilt=tilt, printed=printed)
    shown = cv2.remap(_print(), across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(0,))
    scene = np.where(shown[..., None] > 0, shown[..., None], MAT).astype(np.float32)
    scene = (scene - 128) * contrast + 128
    return _jpeg(_seen(scene, seed, light=light, blur=blur, noise=noise), stretched=stretched)


def empty_mat(camera: CameraModel, seed: int = 0, *, lamp: float = 0.0) -> bytes:
    """JPEG of the mat alone. `lamp`: radius of a lamp mirrored in it, as a share of the width."""
    scene = np.broadcast_to(MAT.astype(np.float32), (camera.height, camera.width, 3)).copy()
    if lamp:
        y, x = np.mgrid[: camera.height, : camera.width].astype(np.float32)
        away = np.hypot(x - 0.7 * camera.width, y - 0.3 * camera.height) / (lamp * camera.width)
        scene += 160 * np.exp(-(away**4))[..., None]
    return _jpeg(_seen(scene, seed, light=1.0, blur=0.7, noise=2.0))


def grey_card(
    camera: CameraModel, seed: int = 0, *, cast: tuple[float, float, float] = (1.0, 1.0, 1.0), level: float = 118.0
) -> bytes:
    """JPEG of a grey card on the mat; `cast`: what the light makes of blue, green and red."""
    scene = np.broadcast_to(MAT.astype(np.float32), (camera.height, camera.width, 3)).copy()
    top, left = round(0.3 * camera.height), round(0.3 * camera.width)
    scene[top:-top, left:-left] = level
    return _jpeg(_seen(scene * np.array(cast, np.float32), seed, light=1.0, blur=0.7, noise=2.0))


@cache
def _print() -> Array:
    ink = cv2.GaussianBlur(sheet.raster(PRINT).astype(np.float32) / 255, (0, 0), 1.2)
    return np.asarray(np.rint(INK + (PAPER - INK) * ink), np.uint8)


def _on_sheet(
    camera: CameraModel, *, at: tuple[float, float], turn: float, tilt: tuple[float, float], printed: float
) -> tuple[Array, Array]:
    """For every pixel of the picture, where on the print its ray meets the sheet."""
    assert camera.px_per_mm is not None
    depth = camera.focal / camera.px_per_mm
    mat = cv2.Rodrigues(np.radians([tilt[0], tilt[1], 0.0]))[0]
    rotation = mat @ cv2.Rodrigues(np.radians([0, 0, turn]))[0]
    middle = mat @ np.array([at[0], at[1], 0.0]) + np.array([0, 0, depth])
    columns = np.arange(-_STEP, camera.width + 2 * _STEP, _STEP) + (_STEP - 1) / 2
    rows = np.arange(-_STEP, camera.height + 2 * _STEP, _STEP) + (_STEP - 1) / 2
    x, y = np.meshgrid((columns - camera.centre[0]) / camera.focal, (rows - camera.centre[1]) / camera.focal)
    x, y = _straight(x, y, camera.distortion)
    rays = np.stack([x, y, np.ones_like(x)], -1)
    normal = rotation[:, 2]
    met = rays * (normal @ middle / (rays @ normal))[..., None]
    on_plane = (met - middle) @ rotation[:, :2] / printed
    on_paper = (on_plane + sheet.middle_mm() + np.array(sheet.CORNER_MM)) * PRINT - 0.5
    grid = on_paper.astype(np.float32)
    full = cv2.resize(grid, None, fx=_STEP, fy=_STEP, interpolation=cv2.INTER_LINEAR)
    cut = full[_STEP : _STEP + camera.height, _STEP : _STEP + camera.width]
    return np.ascontiguousarray(cut[..., 0]), np.ascontiguousarray(cut[..., 1])


def _straight(x: Array, y: Array, distortion: tuple[float, float, float, float, float]) -> tuple[Array, Array]:
    """Where a bent ray would have gone without the lens: the distortion, undone by repeated correction."""
    k1, k2, p1, p2, k3 = distortion
    u, v = x.copy(), y.copy()
    for _ in range(30):
        r2 = u * u + v * v
        radial = 1 + r2 * (k1 + r2 * (k2 + r2 * k3))
        u, v = (
            (x - 2 * p1 * u * v - p2 * (r2 + 2 * u * u)) / radial,
            (y - p1 * (r2 + 2 * v * v) - 2 * p2 * u * v) / radial,
        )
    return u, v


def _seen(scene: Array, seed: int, *, light: float, blur: float, noise: float) -> Array:
    rng = np.random.default_rng([seed, 17])
    height, width = scene.shape[:2]
    across = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    lit = scene * (np.float32(light) * (1 - 0.05 * across**2 - 0.05 * down**2 + 0.02 * across))[..., None]
    lit = cv2.GaussianBlur(lit.astype(np.float32), (0, 0), blur)
    return np.asarray(lit + (rng.standard_normal((height, width), np.float32) * noise)[..., None])


def _jpeg(image: Array, *, stretched: bool = False) -> bytes:
    levels = (image - 16) * (255 / 219) if stretched else image
    done, buffer = cv2.imencode(
        ".jpg", np.clip(levels, 0, 255).round().astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 92]
    )
    assert done, "OpenCV encodes any 8-bit picture"
    return buffer.tobytes()
