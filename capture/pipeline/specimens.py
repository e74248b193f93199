"""Photographs the project makes itself: paper on a desk under a document camera, and a drawn citizen at the window.

No real paper and no real face is among them. The same seed gives the same bytes; tests, the walkthrough and the fake
camera of the browser test all live on these.
"""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np

from .geometry import Array

Desk = Literal["mat", "wood", "grey", "white"]
_DESK_BGR = {"mat": (46, 52, 40), "wood": (70, 112, 160), "grey": (128, 130, 132), "white": (232, 234, 236)}
_PAPER = 246


def sheet(seed: int, size: tuple[int, int] = (1240, 1754), lines: int = 30) -> Array:
    """A printed form: title, ruled box, lines of print, a red stamp. `size` is width × height; `lines=0` is blank paper."""
    rng = np.random.default_rng(seed)
    width, height = size
    page = np.full((height, width, 3), _PAPER, np.uint8)
    if not lines:
        return page
    unit = width / 1240
    stroke = max(1, round(2 * unit))
    cv2.putText(
        page,
        f"FORM {seed:04d}",
        (round(0.32 * width), round(0.08 * height)),
        cv2.FONT_HERSHEY_COMPLEX,
        2.2 * unit,
        (20, 20, 20),
        2 * stroke,
        cv2.LINE_AA,
    )
    box = ((round(0.08 * width), round(0.11 * height)), (round(0.92 * width), round(0.93 * height)))
    cv2.rectangle(page, *box, (30, 30, 30), stroke)
    pitch = 0.8 * height / lines
    for row in range(lines):
        y = round(0.12 * height + (row + 0.7) * pitch)
        text = "".join(rng.choice(list("ABCDEFGHKLMNPRSTUVXYZ0123456789  "), rng.integers(18, 44)))
        cv2.putText(
            page,
            text,
            (round(0.1 * width), y),
            cv2.FONT_HERSHEY_SIMPLEX,
            0.78 * unit,
            (35, 30, 30),
            stroke,
            cv2.LINE_AA,
        )
        if row % 5 == 4:
            rule = round(0.12 * height + (row + 1) * pitch)
            cv2.line(page, (box[0][0], rule), (box[1][0], rule), (60, 60, 60), max(1, stroke // 2))
    stamp = (round(0.74 * width), round(0.83 * height))
    cv2.circle(page, stamp, round(0.09 * width), (40, 40, 205), 3 * stroke, cv2.LINE_AA)
    cv2.putText(
        page,
        "*",
        (stamp[0] - round(30 * unit), stamp[1] + round(30 * unit)),
        cv2.FONT_HERSHEY_SIMPLEX,
        3 * unit,
        (40, 40, 205),
        3 * stroke,
        cv2.LINE_AA,
    )
    return page


def paper(png: bytes) -> Array:
    """A typeset paper (PNG) as pixels, ready to be laid down and photographed."""
    pixels = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR_BGR)
    assert pixels is not None, "papers are PNG files"
    return np.asarray(pixels, np.uint8)


def photograph(
    page_bgr: Array,
    seed: int,
    size: tuple[int, int] = (3264, 2448),
    mat: Desk = "mat",
    *,
    fill: float = 0.86,
    blur: float = 0.7,
    light: float = 1.0,
    glare: float = 0.0,
    noise: float = 2.0,
    askew: float = 3.0,
    shift: tuple[float, float] = (0.0, 0.0),
    jpeg_quality: int = 92,
) -> bytes:
    """JPEG of `page_bgr` lying on a desk, seen by a camera of `size` pixels.

    `fill`: how much of the frame the paper takes; `blur`: sigma of the lens in pixels; `light`: exposure; `glare`:
    radius of a lamp's reflection as a share of the frame; `noise`: sigma of the sensor; `askew`: greatest turn in degrees;
    `shift`: how far the paper is pushed off centre, as shares of the frame (0.3 pushes it out of the picture).
    """
    photo, _ = staged(
        page_bgr, seed, size, mat, fill=fill, blur=blur, light=light, glare=glare, noise=noise, askew=askew, shift=shift
    )
    return _jpeg(photo, jpeg_quality)


def staged(
    page_bgr: Array,
    seed: int,
    size: tuple[int, int] = (3264, 2448),
    mat: Desk = "mat",
    *,
    fill: float = 0.86,
    blur: float = 0.7,
    light: float = 1.0,
    glare: float = 0.0,
    noise: float = 2.0,
    askew: float = 3.0,
    shift: tuple[float, float] = (0.0, 0.0),
) -> tuple[Array, Array]:
    """The pixels of `photograph` and the true corners of the paper (top-left first), for measuring finders."""
    rng = np.random.default_rng([seed, 7])
    width = size[0]
    corners = _lying(page_bgr.shape[1] / page_bgr.shape[0], size, rng, fill=fill, askew=askew, shift=shift)
    page_height, page_width = page_bgr.shape[:2]
    source = np.array([[0, 0], [page_width, 0], [page_width, page_height], [0, page_height]], np.float32) - 0.5
    matrix = cv2.getPerspectiveTransform(source, corners.astype(np.float32))
    paper = cv2.warpPerspective(
        page_bgr, matrix, size, flags=cv2.INTER_AREA if page_width > width else cv2.INTER_LINEAR
    )
    cover = cv2.warpPerspective(np.full(page_bgr.shape[:2], 255, np.uint8), matrix, size, flags=cv2.INTER_LINEAR)
    photo = _desk(mat, size, rng)
    fall = max(3, width // 300)
    shadow = cv2.GaussianBlur(np.roll(cover, (fall, fall), (0, 1)), (0, 0), 2.2 * fall).astype(np.float32) / 255
    photo *= _in_three(1 - 0.45 * shadow)
    share = _in_three(cover.astype(np.float32) / 255)
    photo = photo * (1 - share) + paper.astype(np.float32) * share
    return exposed(photo, rng, light=light, glare=glare, blur=blur, noise=noise), corners


def empty_desk(seed: int, size: tuple[int, int] = (3264, 2448), mat: Desk = "mat") -> bytes:
    """JPEG of a desk nobody has laid anything on."""
    rng = np.random.default_rng([seed, 11])
    return _jpeg(exposed(_desk(mat, size, rng).astype(np.float32), rng, light=1.0, glare=0.0, blur=0.7, noise=2.0), 92)


def portrait(seed: int, size: tuple[int, int] = (960, 1280), *, blur: float = 0.6, light: float = 1.0) -> bytes:
    """JPEG of a drawn person before a light wall, framed as the window camera frames a citizen. Nobody's face."""
    rng = np.random.default_rng([seed, 13])
    width, height = size
    wall = np.linspace(225, 196, height, dtype=np.float32)[:, None, None] * np.array([1.02, 1.0, 0.98], np.float32)
    image = np.ascontiguousarray(np.broadcast_to(wall, (height, width, 3)).clip(0, 255).astype(np.uint8))
    skin = np.array([150, 180, 222]) + rng.integers(-12, 12, 3)
    hair = np.array([32, 30, 34]) + rng.integers(0, 30, 3)
    coat = np.array([[120, 84, 50], [70, 70, 74], [90, 60, 110], [84, 104, 70]])[rng.integers(4)]
    _draw_person(image, skin.tolist(), hair.tolist(), coat.tolist(), float(rng.uniform(0.94, 1.06)))
    soft = cv2.GaussianBlur(image, (0, 0), 0.7).astype(np.float32)
    return _jpeg(exposed(soft, rng, light=light, glare=0.0, blur=blur, noise=1.6), 92)


def fake_camera_stream(frames: list[bytes], repeat: int = 15) -> bytes:
    """Frames as a motion JPEG for a browser's fake camera: plain concatenation, each shown `repeat` times.

    Chromium takes a fake MJPEG for limited range (16 to 235) and stretches it; so levels are pressed together first
    and come out of the browser as they were.
    """
    stream = bytearray()
    for frame in frames:
        pixels = cv2.imdecode(np.frombuffer(frame, np.uint8), cv2.IMREAD_COLOR_BGR)
        assert pixels is not None, "frames are JPEG files"
        pressed = np.asarray(pixels, np.float32) * (219 / 255) + 16
        stream += _jpeg(np.rint(pressed).astype(np.uint8), 95) * repeat
    return bytes(stream)


def _lying(
    ratio: float,
    size: tuple[int, int],
    rng: np.random.Generator,
    *,
    fill: float,
    askew: float,
    shift: tuple[float, float],
) -> Array:
    """Corners of a sheet of width/height `ratio`, laid by hand under a camera that is not quite plumb."""
    width, height = size
    tall = min(fill * height, fill * width / ratio)
    half = np.array([tall * ratio / 2, tall / 2])
    flat = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    angle = np.radians(rng.uniform(-askew, askew))
    turned = flat @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    tilt = rng.uniform(-0.05, 0.05, 2) / max(width, height)
    depth = 1 + turned @ tilt
    return np.asarray(
        turned / depth[:, None] + np.array([width, height]) * (0.5 + np.array(shift) + rng.uniform(-0.01, 0.01, 2))
    )


def _desk(mat: Desk, size: tuple[int, int], rng: np.random.Generator) -> Array:
    width, height = size
    desk = np.empty((height, width, 3), np.float32)
    desk[:] = _DESK_BGR[mat]
    coarse = rng.normal(0, 1, (max(2, height // 64), max(2, width // 64))).astype(np.float32)
    cloud = cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)
    if mat == "wood":
        rows = rng.normal(0, 1, (max(2, height // 12), max(2, width // 500))).astype(np.float32)
        cloud = cloud + 3.5 * cv2.resize(rows, size, interpolation=cv2.INTER_CUBIC)
    return np.asarray(desk + _in_three(1.6 * cloud))


def exposed(scene: Array, rng: np.random.Generator, *, light: float, glare: float, blur: float, noise: float) -> Array:
    """What the sensor makes of a scene: uneven light, a lamp's reflection, lens, noise."""
    height, width = scene.shape[:2]
    across = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    slope_x, slope_y = rng.uniform(-0.07, 0.07, 2).astype(np.float32)
    lit = scene * _in_three((0.92 + slope_x * across + slope_y * down) * np.float32(light))
    if glare > 0:
        x, y = (rng.uniform(0.4, 0.6, 2) * (width, height)).astype(np.float32)
        away = np.hypot(np.arange(width, dtype=np.float32)[None] - x, np.arange(height, dtype=np.float32)[:, None] - y)
        lit += _in_three(340 * np.exp(-((away / (glare * width)) ** 4)))
    if blur > 0:
        lit = cv2.GaussianBlur(lit, (0, 0), blur)
    grain = rng.standard_normal((height, width), np.float32) * noise
    return np.asarray(np.clip(lit + _in_three(grain), 0, 255).astype(np.uint8))


def _in_three(plane: Array) -> Array:
    """The same plane for each colour: multiplied at once, where numpy would take three numbers at a time."""
    return np.asarray(cv2.merge([plane, plane, plane]))


def _draw_person(image: Array, skin: list[int], hair: list[int], coat: list[int], build: float) -> None:
    height, width = image.shape[:2]

    def at(x: float, y: float) -> tuple[int, int]:
        return round(x * width), round(y * height)

    def oval(
        centre: tuple[float, float], radius: tuple[float, float], colour: list[int], start: int = 0, end: int = 360
    ) -> None:
        axes = (round(radius[0] * width), round(radius[1] * height))
        cv2.ellipse(image, at(*centre), axes, 0, start, end, colour, -1, cv2.LINE_AA)

    shade = [round(channel * 0.86) for channel in skin]
    oval((0.5, 1.04), (0.42 * build, 0.30), coat)
    cv2.rectangle(image, at(0.43, 0.60), at(0.57, 0.78), shade, -1)
    cv2.fillPoly(
        image, [np.array([at(0.40, 0.76), at(0.60, 0.76), at(0.5, 0.88)], np.int32)], [238, 238, 240], cv2.LINE_AA
    )
    oval((0.5, 0.40), (0.225 * build, 0.225), hair)
    oval((0.5, 0.455), (0.195 * build, 0.205), skin)
    oval((0.5, 0.33), (0.20 * build, 0.10), hair, 180, 360)
    for side in (-1, 1):
        oval((0.5 + side * 0.198 * build, 0.46), (0.022, 0.035), shade)
        eye = 0.5 + side * 0.082
        oval((eye, 0.445), (0.036, 0.013), [240, 242, 244])
        oval((eye, 0.445), (0.014, 0.0125), [30, 34, 40])
        cv2.ellipse(
            image,
            at(eye, 0.415),
            (round(0.05 * width), round(0.014 * height)),
            0,
            200,
            340,
            hair,
            max(2, width // 110),
            cv2.LINE_AA,
        )
    cv2.ellipse(
        image,
        at(0.5, 0.515),
        (round(0.026 * width), round(0.012 * height)),
        0,
        10,
        170,
        shade,
        max(2, width // 130),
        cv2.LINE_AA,
    )
    oval((0.5, 0.578), (0.062, 0.013), [104, 104, 190])
    cv2.line(image, at(0.442, 0.577), at(0.558, 0.577), [84, 80, 150], max(1, width // 240), cv2.LINE_AA)


def _jpeg(image: Array, quality: int) -> bytes:
    done, buffer = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done, "OpenCV encodes any 8-bit picture"
    return buffer.tobytes()
