"""What a recount answers with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Difference:
    """One figure that is not what a recount gives."""

    measure: str
    """Name of the counter."""
    office: str
    """Code of the office, "" where it concerns none."""
    month: date
    """Its first day."""
    base: str
    """By which date."""
    told: int
    """What the statistics say."""
    recounted: int
    against: str
    """What it was compared with: "trail" or "facts"."""
    subjects: tuple[str, ...] = ()
    """Some of the facts that are to blame, app.model:key."""


@dataclass(frozen=True)
class RecountReport:
    """What counting anew found."""

    cube: str
    months: tuple[date, ...]
    facts: int
    """Facts counted anew from the trail."""
    differences: tuple[Difference, ...]

    @property
    def held(self) -> bool:
        """True when every figure was what it should be."""
        return not self.differences
