"""What sweeps, reconciliations and questions answer with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True)
class SweepReport:
    """What one sweep did."""

    raised: int
    """Alerts raised now, by all rules together."""
    rules: Mapping[str, int]
    """Rule name → alerts raised now; every rule that ran is named."""
    failed: tuple[str, ...]
    """Rules that could not run; the log says why. The others ran."""


@dataclass(frozen=True)
class Healed:
    """What a reconciliation put right, by rule."""

    overlooked: Counter[str] = field(default_factory=Counter)
    """Due timers that had raised nothing."""
    armed: Counter[str] = field(default_factory=Counter)
    """Timers that should have stood."""
    disarmed: Counter[str] = field(default_factory=Counter)
    """Timers that should not have stood."""

    @property
    def whole(self) -> bool:
        """True when nothing had to be put right."""
        return not (self.overlooked.total() or self.armed.total() or self.disarmed.total())


@dataclass(frozen=True)
class Figures:
    """Alerts of one rule in one month at one office."""

    month: str
    """2026-11; by the moment of raising, city time."""
    office_id: int
    """The office that had to act."""
    rule: str
    matters: int
    """First rungs: how many things were late or wrong."""
    raised: int
    """Alerts of every rung."""
    closed: int
    settled: int
    """Over, whether closed or not."""
    median_to_close: timedelta | None
    """From raising to the record; None when none was closed."""
