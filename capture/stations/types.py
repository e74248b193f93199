"""Plain values about devices."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Device:
    """A camera as the browser of a workstation names it."""

    device_id: str
    """The browser's name for it; changes when the browser forgets the site."""
    label: str
    """The driver's name for it; stays."""
    width: int = 0
    """Pixels it runs with now; 0 while it is not running."""
    height: int = 0


@dataclass(frozen=True)
class Paper:
    """A size of paper resolution is asked for."""

    name: str
    width_mm: float
    height_mm: float
    field_mm: float
    """Width of the field a document camera is set up for when such paper lies under it."""


PAPERS = (Paper("A4", 297, 210, 330), Paper("A3", 420, 297, 440), Paper("ID-1", 85.6, 53.98, 330))
"""Landscape, as they lie under the camera. ID-1: the size of an identity card (ISO/IEC 7810)."""
LEGIBLE, FINE = 200, 300
"""Least dpi of a page, and of small, dense or faint print (DA/T 31-2017, 9.4)."""


@dataclass(frozen=True)
class Certificate:
    """With how many dpi a camera sees one size of paper."""

    paper: str
    dpi: int
    """Rounded down: 199.9 is not 200."""
    fits: bool
    """Whether the whole sheet lies in the picture."""
    estimated: bool
    """True when reckoned from the usual width of the field, because the camera was not calibrated."""

    @property
    def grade(self) -> int:
        """300, 200, or 0 when not even ordinary pages can be certified."""
        if not self.fits:
            return 0
        return FINE if self.dpi >= FINE else LEGIBLE if self.dpi >= LEGIBLE else 0
