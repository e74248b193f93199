"""What goes into the pipeline and what comes out: frozen values, plain enough for JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
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


@dataclass(frozen=True)
class Limits:
    """Where PASS ends and WARN ends, per rule as (warn, refuse). Data, so that a material can have its own."""

    sharpness: tuple[float, float] = (0.27, 0.22)
    """Edge slope (share of the local range per pixel), at least."""
    glare: tuple[float, float] = (0.004, 0.04)
    """Share of the page lost in reflections, at most."""
    brightness: tuple[float, float] = (110, 65)
    """Lightness of the paper, 0 to 255, at least."""
    ink: tuple[float, float] = (0.0005, -1)
    """Share of the page that carries ink, at least; a blank back is never refused outright."""
    cut: tuple[float, float] = (0.002, 0.01)
    """How far a corner lies outside the picture, as a share of its longer side, at most."""
    skew: tuple[float, float] = (1.0, 4.0)
    """Degrees the print is off the level after straightening, at most."""
    size: tuple[float, float] = (700, 400)
    """Pixels of the page's longer side before any warping, at least."""


LIMITS: dict[Kind, Limits] = {
    "page": Limits(),
    "portrait": Limits(sharpness=(0.19, 0.15), brightness=(90, 60), size=(640, 480)),
}
"""A face has softer edges than print, and the wall behind it need not be white."""


@dataclass(frozen=True)
class Settings:
    """What the caller knows beforehand."""

    kind: Kind = "page"
    """`portrait` keeps the whole frame: the citizen at the window is not a sheet of paper."""
    corners: Corners | None = None
    """Given by hand: no page is looked for."""
    turn: Turn = 0
    """Clockwise turn of the finished page, degrees."""
    limits: Limits | None = None
    """None: those of the kind."""


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

    def as_json(self) -> dict[str, Any]:
        """Plain values, to be kept with the page."""
        return {**asdict(self), "corners": [list(corner) for corner in self.corners]}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Recipe:
        """The recipe kept with a page."""
        tl, tr, br, bl = ((float(x), float(y)) for x, y in kept["corners"])
        return cls(**{**kept, "corners": (tl, tr, br, bl)})


@dataclass(frozen=True)
class Measures:
    """What quality measured; the findings say what it means."""

    sharpness: float | None
    """Edge slope, share of the local range per pixel; None where nothing on the page has an edge."""
    glare: float
    brightness: float
    ink: float
    cut: float
    skew: float
    """Degrees left after straightening."""
    longer_side: float


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
class CaptureResult:
    """What became of one photograph."""

    picture: Picture
    page: DerivedPage | None
    """None when no page lies in the picture: the honest answer."""
    corners_tl_tr_br_bl: Corners | None
    score: float
    """How surely the corners are a page, 0 to 1; 1 when they were given."""
    measures: Measures | None
    verdict: Verdict
    findings: tuple[Finding, ...]
    stages: dict[str, float]
    """Milliseconds per stage, in order."""
