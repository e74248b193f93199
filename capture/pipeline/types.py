"""What goes into the pipeline and what comes out: frozen values, plain enough for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from math import isfinite
from typing import Any, Literal

from .geometry import Corners

Kind = Literal["page", "portrait"]
Turn = Literal[0, 90, 180, 270]


class Verdict(StrEnum):
    """What quality says of a page."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    WARN = "warn"
    """Usable, but an officer should look and may have to say why it stays."""
    REFUSE = "refuse"
    """Not fit for the archive: capture again."""


@dataclass(frozen=True)
class Finding:
    """One thing quality noticed. Its words are in `capture.sessions.findings`, by `code`."""

    code: str
    level: Verdict
    measure: float
    """What was measured, in the unit of the rule."""
    limit: float
    """What the rule asks for."""


Pair = tuple[float, float]


@dataclass(frozen=True)
class Limits:
    """Where PASS ends and WARN ends, per rule as (warn, refuse). Data, so that a material can have its own.

    Each rule answers to a clause of DA/T 31-2017, given first; how the numbers were found: docs/capture-quality.md.
    """

    sharpness: Pair = (0.27, 0.22)
    """10.5, legible: edge slope (share of the local range per pixel), at least."""
    glare: Pair = (0.004, 0.04)
    """10.5, legible: share of the page lost in reflections, at most."""
    brightness: Pair = (110, 65)
    """10.5, legible: lightness of the paper, 0 to 255, at least."""
    ink: Pair = (0.0005, -1)
    """10.5, no extra pages: share of the page that carries ink, at least; a blank back is never refused outright."""
    cut: Pair = (0.002, 0.01)
    """10.5, whole: how far a corner lies outside the picture, as a share of its longer side, at most."""
    covered: Pair = (0.012, 0.3)
    """10.5, whole: share of the page's outline hidden under something else, at most."""
    finger: Pair = (0.001, 0.02)
    """10.5, whole: share of the page hidden under fingers, at most."""
    skew: Pair = (1.0, 4.0)
    """10, straight: degrees the print is off the level after straightening, at most."""
    size: Pair = (700, 400)
    """9.4: pixels of the page's longer side before any warping, at least."""
    dpi: Pair = (0.97, 0.7)
    """9.4: resolution seen, as a share of the resolution asked for, at least; not judged where it is unknown."""
    colour: Pair = (8, 3)
    """9.3: chroma (8-bit Lab) of the most coloured thousandth of the page against its paper, at least; judged where the
    material bears stamps or photographs. A grey picture has 0 to 2, a faint stamp 15, a fresh one 40 and more."""
    face: Pair = (0.16, 0)
    """Portraits: height of the face as a share of the picture's, at least."""

    @classmethod
    def from_json(cls, given: Mapping[str, Any], base: Limits | None = None) -> Limits:
        """Limits of a material: `base` (those of a page), with what the plain mapping rule → [warn, refuse] gives instead.

        Raises ValueError for an unknown rule, for anything but two numbers, and where refusal would begin before doubt.
        """
        base = base or cls()
        known = [rule.name for rule in fields(cls)]
        pairs: dict[str, Pair] = {}
        for rule, pair in given.items():
            if rule not in known:
                raise ValueError(f"there is no quality rule {rule!r}; there are {', '.join(known)}")
            numbers = list(pair) if isinstance(pair, list | tuple) else []
            if len(numbers) != 2 or not all(_is_number(number) for number in numbers):
                raise ValueError(f"limits of {rule!r} are two numbers, [warn, refuse], not {pair!r}")
            warn, refuse = float(numbers[0]), float(numbers[1])
            if (warn > refuse) if rule in AT_MOST else (warn < refuse):
                raise ValueError(f"limits of {rule!r}: refusal ({refuse:g}) would begin before doubt ({warn:g})")
            pairs[rule] = (warn, refuse)
        return replace(base, **pairs)


AT_MOST = frozenset({"glare", "cut", "covered", "finger", "skew"})
"""Rules whose measure may not be more than the limit; all others ask for at least so much."""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


LIMITS: dict[Kind, Limits] = {
    "page": Limits(),
    "portrait": Limits(sharpness=(0.19, 0.15), brightness=(90, 60), size=(640, 480)),
}
"""A face has softer edges than print, and the wall behind it need not be white."""

CLAUSES: dict[str, str] = {
    "grey": "9.3",
    "low_dpi": "9.4",
    "small": "9.4",
    "skewed": "10",
    "blurred": "10.5",
    "dark": "10.5",
    "glare": "10.5",
    "blank": "10.5",
    "cut": "10.5",
    "covered": "10.5",
    "finger": "10.5",
    "duplicate": "10.5",
    "no_page": "10.5",
}
"""Finding → clause of DA/T 31-2017 it answers to. Portraits are not paper and have none."""


@dataclass(frozen=True)
class CameraModel:
    """What calibration found out about one camera at one place; see `capture.stations`."""

    width: int
    """Pixels of the pictures it was calibrated with; a frame of the same proportions is scaled to it."""
    height: int
    focal: float
    """Pixels."""
    centre: tuple[float, float]
    """Where the lens looks, pixels."""
    distortion: tuple[float, float, float, float, float]
    """k1, k2, p1, p2, k3 in OpenCV's order."""
    px_per_mm: float | None = None
    """On the mat, in the middle of the picture; None until a sheet of known size was seen there."""
    mat: tuple[float, ...] | None = None
    """The empty mat: a quadratic surface in 8-bit Lab, six terms (1, x, y, x², xy, y², x and y from -1 to 1) of three
    numbers each; None when it was not photographed."""
    grey: tuple[float, float, float] | None = None
    """Gains for blue, green and red that make the grey card grey; None when it was not photographed."""

    def as_json(self) -> dict[str, Any]:
        """Plain values, to be kept with a calibration or a recipe."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> CameraModel:
        """The model kept with a calibration or a recipe."""
        plain: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()
        }
        return cls(**plain)


@dataclass(frozen=True)
class Settings:
    """What the caller knows beforehand."""

    kind: Kind = "page"
    """`portrait` keeps the whole frame: the citizen at the window is not a sheet of paper."""
    corners: Corners | None = None
    """Given by hand: no page is looked for."""
    turn: Turn | None = None
    """Clockwise turn of the finished page, degrees; None: it is brought upright by what is printed on it."""
    limits: Limits | None = None
    """None: those of the kind."""
    most: int = 1
    """How many pages or cards may lie in the picture."""
    camera: CameraModel | None = None
    """None: an uncalibrated camera; its lens stays as it is and its resolution is unknown unless the paper is known."""
    paper: tuple[float, float] | None = None
    """Width and height of the paper in millimetres, either way round, where the material says so."""
    colour: bool = False
    """The paper bears stamps or a photograph: a grey picture of it is not enough (DA/T 31-2017, 9.3)."""
    least_dpi: int = 200
    """Resolution asked for (DA/T 31-2017, 9.4: 200; 300 for small, dense or faint print)."""


@dataclass(frozen=True)
class Recipe:
    """Everything needed to derive a page again from its original: same version, same bytes."""

    version: str
    kind: Kind
    corners: Corners
    """Of the page in the picture (EXIF turn applied), in pixels."""
    turn: Turn
    skew: float
    """Degrees by which the page is turned counter-clockwise to bring its print level."""
    width: int
    """Pixels of the page between its corners, before margin and turn."""
    height: int
    margin: int
    """Pixels of desk kept around the page."""
    jpeg_quality: int
    lens: CameraModel | None = None
    """Of a calibrated camera: its distortion is taken out in the same resampling."""

    def as_json(self) -> dict[str, Any]:
        """Plain values, to be kept with the page."""
        return {**asdict(self), "corners": [list(corner) for corner in self.corners]}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Recipe:
        """The recipe kept with a page."""
        tl, tr, br, bl = ((float(x), float(y)) for x, y in kept["corners"])
        lens = kept.get("lens")
        return cls(**{**kept, "corners": (tl, tr, br, bl), "lens": CameraModel.from_json(lens) if lens else None})


@dataclass(frozen=True)
class Measures:
    """What quality measured, in the units of `Limits`; the findings say what it means."""

    sharpness: float | None
    """Edge slope, share of the local range per pixel; None where nothing on the page has an edge."""
    brightness: float
    longer_side: float
    """Pixels in the photograph."""
    glare: float = 0.0
    ink: float = 0.0
    colour: float = 0.0
    cut: float = 0.0
    covered: float = 0.0
    finger: float = 0.0
    skew: float = 0.0
    """Degrees left after straightening."""
    faces: int | None = None
    """How many were found in a portrait; None where nobody looked."""
    face: float = 0.0
    """Height of the largest as a share of the picture's."""


@dataclass(frozen=True)
class Picture:
    """A decoded original, as facts without its pixels."""

    sha256: str
    size: int
    media_type: str
    width: int
    """Pixels, EXIF turn applied."""
    height: int


@dataclass(frozen=True)
class DerivedPage:
    """The archive page made from an original."""

    jpeg: bytes
    sha256: str
    width: int
    height: int
    recipe: Recipe


@dataclass(frozen=True)
class PageResult:
    """One page found in a photograph, straightened and judged."""

    page: DerivedPage
    corners_tl_tr_br_bl: Corners
    score: float
    """How surely the corners are a page, 0 to 1; 1 when they were given."""
    turn: Turn
    """Clockwise turn that brought it upright, degrees."""
    dpi: float | None
    """Resolution with which the paper was seen, before any warping; None when its size on the desk is not known."""
    measures: Measures
    verdict: Verdict
    findings: tuple[Finding, ...]
    ink: bytes = b""
    """For `duplicates.difference`; empty for portraits."""


@dataclass(frozen=True)
class CaptureResult:
    """What became of one photograph."""

    picture: Picture
    pages: tuple[PageResult, ...]
    """In reading order. Empty when no page lies in the picture: the honest answer."""
    verdict: Verdict
    """Of the worst page; REFUSE when there is none."""
    findings: tuple[Finding, ...]
    """About the picture as a whole: `no_page`."""
    stages: dict[str, float]
    """Milliseconds per stage, in order, all pages together."""

    @property
    def first(self) -> PageResult | None:
        """The only page, or the first in reading order."""
        return self.pages[0] if self.pages else None
