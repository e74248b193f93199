"""Frozen answers to questions about paper."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from enum import StrEnum

from hukou.accounts.models import Office

from .models import Box, Cabinet, Loan, Volume, VolumeItem


class Where(StrEnum):
    """Where the paper of a case is by the record."""

    NONE = "none"
    """Filed as electronic file alone: there is no paper."""
    TRAY = "tray"
    """In no volume: in the tray of the station's window."""
    VOLUME = "volume"
    """In a volume, open or bound."""
    OUT = "out"
    """Handed over to somebody, alone or with its volume."""


@dataclass(frozen=True)
class PaperPlace:
    """Where the paper of a case is, from the station down to its pages."""

    where: Where
    station: Office
    item: VolumeItem | None = None
    """Its place in a volume, also while it is out."""
    loan: Loan | None = None
    """Under which it is out."""

    @property
    def volume(self) -> Volume | None:
        """The volume it lies in, or belongs into."""
        return self.item.volume if self.item else None

    @property
    def box(self) -> Box | None:
        """The box its volume lies in."""
        return self.item.volume.box if self.item else None

    @property
    def cabinet(self) -> Cabinet | None:
        """The cabinet its box stands in."""
        return self.box.cabinet if self.box else None


@dataclass(frozen=True)
class InTray:
    """Filed cases of one kind whose paper lies in no volume."""

    year: int
    retention: str
    category: str
    cases: int


@dataclass(frozen=True)
class PaperCounts:
    """How the paper of an office and those under it stands."""

    filed: int = 0
    """Filed cases of the years asked about."""
    single: int = 0
    """Of these, electronic file alone."""
    bound: int = 0
    """Of these, in a bound volume."""
    unbound: int = 0
    """Of these, with paper that is in no bound volume."""
    volumes: int = 0
    """Volumes, open and bound."""
    open_volumes: int = 0
    asked: int = 0
    """Requests no station has answered yet."""
    out: int = 0
    """Loans under which paper is out now."""
    late: int = 0
    """Of these, after their last day."""
    differences: int = 0
    """Differences that are not settled."""

    def __add__(self, other: PaperCounts) -> PaperCounts:
        """The two offices together."""
        return PaperCounts(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))
