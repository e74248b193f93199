"""What a sweep answers with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class SweepReport:
    """What one sweep did."""

    raised: int
    """Alerts raised now, by all rules together."""
    rules: Mapping[str, int]
    """Rule name → alerts raised now; every rule that ran is named."""
    failed: tuple[str, ...]
    """Rules that could not run; the log says why. The others ran."""
