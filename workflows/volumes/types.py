"""Frozen answers to questions about paper."""

from __future__ import annotations

from dataclasses import dataclass
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

    filed: int
    """Filed cases of the years asked about."""
    single: int
    """Of these, electronic file alone."""
    bound: int
    """Of these, in a bound volume."""
    unbound: int
    """Of these, with paper that is in no bound volume."""
    volumes: int
    """Volumes, open and bound."""
    open_volumes: int
    asked: int
    """Requests no station has answered yet."""
    out: int
    """Loans under which paper is out now."""
    late: int
    """Of these, after their last day."""
    differences: int
    """Differences that are not settled."""
