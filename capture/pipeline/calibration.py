"""What a camera does to a known sheet, and so to every paper: its lens, and how many pixels a millimetre has.

The sheet is photographed a few times lying on the mat. All views then lie in one plane, from which the focal length
cannot be told apart from the height of the camera. That does no harm: whatever focal length is assumed, the distortion
found with it takes the bend out of the picture, and pixels per millimetre come out the same. So the focal length is
left free only where the views determine it (a sheet that was propped up), the centre stays in the middle of the
picture, and each further number is kept only where the views are worth it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import cv2
import numpy as np

from . import sheet as the_sheet
from .colour import grey_gains, lost_levels, mat_surface
from .decode import decode
from .geometry import Array
from .quality import sharpness
from .types import CameraModel

LEAST_CORNERS = 20
"""Corners of the sheet (of 77) a view must show."""
LEAST_SHARP = 0.18
"""Edge slope of a view, as in `quality`; a printed edge under a sharp lens has 0.3."""
LEAST_VIEWS, MOST_VIEWS = 3, 6
SCALES = (90.0, 110.0)
"""What the printed ruler of 100 mm may measure; beyond that the sheet is printed again rather than reckoned with."""
WORST_FIT = 0.0005
"""Greatest error of the fit, as a share of the picture's width: 1.6 pixels at 8 million. More: the sheet is not flat."""
UNEVEN = 0.012
"""How far pixels per millimetre of the views may differ; more: the sheet or the camera was raised in between."""
GUESSED_FOCAL = 1.1
"""Focal length over width of a document camera: about 360 mm above a field of 330 mm."""
NEAR_CORNER = 0.22
"""A corner of the picture is covered when the sheet was seen so near to it, as a share of width and height."""
TURNED = 25.0
"""Degrees between two views that count as turned."""
LEVEL, PROPPED = 4.0, 8.0
"""Degrees between two views up to which the sheet lay in the same plane, and from which it was propped up."""
SAME = 0.01
"""Views whose corners all differ by less than this share of the width are one view."""


class NoView(ValueError):
    """A picture that cannot be used. `reason` is `no_sheet` or `blurred`."""

    def __init__(self, reason: str, measure: float, limit: float) -> None:
        self.reason, self.measure, self.limit = reason, measure, limit
        super().__init__(reason)


@dataclass(frozen=True)
class View:
    """The sheet as one picture shows it."""

    width: int
    """Pixels of the picture."""
    height: int
    numbers: tuple[int, ...]
    """Which corners of the sheet were seen."""
    points: tuple[tuple[float, float], ...]
    """Where, in pixels."""
    levels: str = ""
    """What is wrong with light and dark: `stretched`, `overexposed`, or nothing."""

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> View:
        """The view that was handed out."""
        points = tuple((float(x), float(y)) for x, y in kept["points"])
        return cls(
            int(kept["width"]), int(kept["height"]), tuple(int(n) for n in kept["numbers"]), points, str(kept["levels"])
        )


@dataclass(frozen=True)
class CalibrationResult:
    """What the views say together."""

    model: CameraModel | None
    """None until one view is there."""
    views: int
    rms: float
    """Error of the fit, pixels."""
    coverage: float
    """Share of the picture's sixteen fields in which the sheet was seen, 0 to 1."""
    needs: tuple[str, ...]
    """What is still to be photographed: `middle`, `top_left`, `top_right`, `bottom_right`, `bottom_left`, `turned`, `more`."""
    problems: tuple[str, ...]
    """Why it cannot be used: `wrong_scale`, `other_size`, `poor_fit`, `not_flat`."""
    warnings: tuple[str, ...] = ()
    """What is not as it should be, though it can be used: `stretched`, `overexposed`."""

    @property
    def px_per_mm(self) -> float | None:
        """Pixels per millimetre in the middle of the mat."""
        return self.model.px_per_mm if self.model else None

    @property
    def ready(self) -> bool:
        """True when nothing is missing and nothing is wrong."""
        return self.model is not None and not self.needs and not self.problems


def sheet() -> str:
    """The sheet to print, as SVG."""
    return the_sheet.svg()


def measure(
    photos: Sequence[bytes], *, mat: bytes | None = None, grey: bytes | None = None, ruler_mm: float = 100.0
) -> CalibrationResult:
    """Calibrate from pictures of the sheet, and of the empty mat and the grey card where given.

    `ruler_mm`: what the printed ruler of 100 mm really measures. Raises `Unreadable`, `NoView`, `colour.NotEven`.
    """
    result = solve([look(photo) for photo in photos], ruler_mm=ruler_mm)
    if result.model is None:
        return result
    surface = mat_surface(decode(mat)[0]) if mat is not None else None
    gains = grey_gains(decode(grey)[0]).gains if grey is not None else None
    return replace(result, model=replace(result.model, mat=surface, grey=gains))


def look(photo: bytes) -> View:
    """Find the sheet in a picture. Raises `Unreadable`, and `NoView` when it shows too little or is blurred."""
    image, _ = decode(photo)
    height, width = image.shape[:2]
    gray = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY))
    found, numbers, _, _ = cv2.aruco.CharucoDetector(the_sheet.board()).detectBoard(gray)
    seen = 0 if numbers is None else len(numbers)
    if seen < LEAST_CORNERS:
        raise NoView("no_sheet", seen, LEAST_CORNERS)
    points = _sharpened(gray, np.asarray(found, np.float32), np.ravel(numbers))
    (left, top), (right, bottom) = points.min(0).astype(int), points.max(0).astype(int)
    shown = np.ascontiguousarray(image[top : bottom + 1, left : right + 1])
    slope = sharpness(shown) or 0.0
    if slope < LEAST_SHARP:
        raise NoView("blurred", slope, LEAST_SHARP)
    return View(
        width,
        height,
        tuple(int(number) for number in np.ravel(numbers)),
        tuple((round(float(x), 3), round(float(y), 3)) for x, y in points),
        lost_levels(shown),
    )


def _sharpened(gray: Array, points: Array, numbers: Array) -> Array:
    """The corners measured again in as much of their surroundings as is free of markers."""
    known = the_sheet.corners_mm()[numbers].astype(np.float32)
    matrix, _ = cv2.estimateAffinePartial2D(known, points.reshape(-1, 2))
    free = (the_sheet.SQUARE_MM - the_sheet.MARKER_MM) / 2 * float(np.hypot(matrix[0, 0], matrix[1, 0]))
    window = max(2, round(0.7 * free))
    enough = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_MAX_ITER, 40, 0.005)
    return np.asarray(cv2.cornerSubPix(gray, points.copy(), (window, window), (-1, -1), enough)).reshape(-1, 2)


def solve(views: Sequence[View], *, ruler_mm: float = 100.0) -> CalibrationResult:
    """Fit one camera to all views; from the first view on there are pixels per millimetre."""
    if not views:
        return CalibrationResult(None, 0, 0.0, 0.0, ("middle",), ())
    width, height = views[0].width, views[0].height
    so_far = CalibrationResult(
        model=None,
        views=len(views),
        rms=0.0,
        coverage=_coverage(views),
        needs=tuple(_needs(views)),
        problems=(),
        warnings=tuple(sorted({view.levels for view in views} - {""})),
    )
    if any((view.width, view.height) != (width, height) for view in views):
        return replace(so_far, problems=("other_size",))
    if not SCALES[0] <= ruler_mm <= SCALES[1]:
        return replace(so_far, problems=("wrong_scale",))
    fit = _best(views, ruler_mm / the_sheet.RULER_MM)
    flat = _lying(fit.normals)
    middle = [index for index in flat if _shows(views[index], (0.5, 0.5), 0.3)]
    scales = [fit.px_per_mm(index) for index in middle or flat]
    problems = []
    if fit.rms > WORST_FIT * width:
        problems.append("poor_fit")
    if max(scales) - min(scales) > UNEVEN * float(np.median(scales)):
        problems.append("not_flat")
    k1, k2, p1, p2 = (float(value) for value in fit.distortion[:4])
    model = CameraModel(
        width=width,
        height=height,
        focal=round(fit.focal, 3),
        centre=_centre(width, height),
        distortion=(round(k1, 7), round(k2, 7), round(p1, 7), round(p2, 7), 0.0),
        px_per_mm=round(float(np.median(scales)), 4),
    )
    return replace(so_far, model=model, rms=round(fit.rms, 3), problems=tuple(problems))


@dataclass(frozen=True)
class _Fit:
    rms: float
    focal: float
    distortion: Array
    spread: Array
    """Standard deviations of fx, fy, cx, cy, k1, k2, p1, p2, …"""
    turns: Sequence[Array]
    places: Sequence[Array]

    @property
    def normals(self) -> Array:
        """How the sheet stood in each view: N × 3 unit vectors."""
        return np.array([cv2.Rodrigues(turn)[0][:, 2] for turn in self.turns])

    def px_per_mm(self, view: int) -> float:
        """Scale where the lens looks at the sheet's plane."""
        turn = cv2.Rodrigues(self.turns[view])[0]
        across, place = turn[:, :2], self.places[view].ravel()
        under_lens = np.linalg.solve(across[:2], -place[:2])
        depth = across[2] @ under_lens + place[2]
        return float(self.focal / depth * np.sqrt(abs(np.linalg.det(across[:2]))))


def _best(views: Sequence[View], scale: float) -> _Fit:
    """The fit with as many free numbers as the views determine."""
    flags = cv2.CALIB_ZERO_TANGENT_DIST | cv2.CALIB_FIX_K2
    best = _fit(views, scale, None, flags)
    if len(views) < LEAST_VIEWS:
        return best
    focal = None
    if _steepest(best.normals) > PROPPED:
        focal = _fit(views, scale, None, flags, free=True).focal
        best = _fit(views, scale, focal, flags)
    for index, drop in ((5, cv2.CALIB_FIX_K2), (6, cv2.CALIB_ZERO_TANGENT_DIST)):
        richer = _fit(views, scale, focal, flags & ~drop)
        value, spread = richer.distortion[index - 4 : index - 2], richer.spread[index : index + 2]
        if abs(value[0]) > 3 * spread[0] and richer.rms < 0.97 * best.rms:
            best, flags = richer, flags & ~drop
    return best


def _fit(views: Sequence[View], scale: float, focal: float | None, flags: int, *, free: bool = False) -> _Fit:
    width, height = views[0].width, views[0].height
    board = np.column_stack([the_sheet.corners_mm() * scale, np.zeros(len(the_sheet.corners_mm()))])
    known = [board[list(view.numbers)].astype(np.float32) for view in views]
    seen = [np.array(view.points, np.float32) for view in views]
    start = focal or GUESSED_FOCAL * width
    centre_x, centre_y = _centre(width, height)
    matrix = np.array([[start, 0, centre_x], [0, start, centre_y], [0, 0, 1]])
    flags |= cv2.CALIB_USE_INTRINSIC_GUESS | cv2.CALIB_FIX_PRINCIPAL_POINT | cv2.CALIB_FIX_ASPECT_RATIO
    flags |= cv2.CALIB_FIX_K3 | (0 if free else cv2.CALIB_FIX_FOCAL_LENGTH)
    rms, matrix, distortion, turns, places, spread, _, _ = cv2.calibrateCameraExtended(
        known, seen, (width, height), matrix, np.zeros(5), flags=flags
    )
    return _Fit(rms, float(matrix[0, 0]), np.ravel(distortion), np.ravel(spread), turns, places)


def _apart(normals: Array) -> Array:
    """Degrees between every two views' planes."""
    return np.asarray(np.degrees(np.arccos(np.clip(np.abs(normals @ normals.T), 0, 1))))


def _steepest(normals: Array) -> float:
    return float(_apart(normals).max())


def _lying(normals: Array) -> list[int]:
    """The views in which the sheet lay on the mat: the most that have one plane in common, the least tilted of equals."""
    together = _apart(normals) < LEVEL
    best = max(range(len(normals)), key=lambda index: (int(together[index].sum()), abs(float(normals[index, 2]))))
    return [int(index) for index in np.flatnonzero(together[best])]


def _centre(width: int, height: int) -> tuple[float, float]:
    return (width - 1) / 2, (height - 1) / 2


def _coverage(views: Sequence[View]) -> float:
    fields = {(int(4 * x / view.width), int(4 * y / view.height)) for view in views for x, y in view.points}
    return len(fields) / 16


def _needs(views: Sequence[View]) -> Iterator[str]:
    if not any(_shows(view, (0.5, 0.5), 0.15) for view in views):
        yield "middle"
    corners = {"top_left": (0, 0), "top_right": (1, 0), "bottom_right": (1, 1), "bottom_left": (0, 1)}
    for name, corner in corners.items():
        if not any(_shows(view, corner, NEAR_CORNER) for view in views):
            yield name
    angles = [_angle(view) for view in views]
    if not any(abs((one - other + 180) % 360 - 180) >= TURNED for one in angles for other in angles):
        yield "turned"
    if len(_distinct(views)) < LEAST_VIEWS:
        yield "more"


def _shows(view: View, place: tuple[float, float], within: float) -> bool:
    """Whether a corner of the sheet was seen near `place` (shares of width and height)."""
    away = np.abs(np.array(view.points) / (view.width, view.height) - place)
    return bool((away < within).all(1).any())


def _angle(view: View) -> float:
    """Degrees the sheet lies turned, clockwise on the screen."""
    known = the_sheet.corners_mm()[list(view.numbers)].astype(np.float32)
    matrix, _ = cv2.estimateAffinePartial2D(known, np.array(view.points, np.float32))
    return float(np.degrees(np.arctan2(matrix[1, 0], matrix[0, 0])))


def _distinct(views: Sequence[View]) -> list[View]:
    """Views without those that show the sheet where an earlier one has it."""
    kept: list[View] = []
    for view in views:
        if not any(same(view, other) for other in kept):
            kept.append(view)
    return kept


def same(one: View, other: View) -> bool:
    """Whether two views show the sheet lying in one place: the second says nothing new."""
    there = dict(zip(other.numbers, other.points, strict=True))
    shared = [(point, there[number]) for number, point in zip(one.numbers, one.points, strict=True) if number in there]
    return bool(shared) and all(
        abs(x - u) < SAME * one.width and abs(y - v) < SAME * one.width for (x, y), (u, v) in shared
    )
