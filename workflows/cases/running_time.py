"""How much working time has run against a limit, with the pauses left out. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from hukou.kernel.working_time import WorkingTime

NONE = timedelta()
SOON = 0.8
"""Share of a budget from which something is soon due."""

Pause = tuple[datetime, datetime | None]
"""From when the clock stood still until when; None: it still does."""


@dataclass(frozen=True)
class Budget:
    """How the time budget of a case or a step stands at a moment. Everything is working time."""

    started_at: datetime
    due_at: datetime | None
    """None while the clock stands still before the budget was used up: nobody can say when it will be due."""
    spent: timedelta
    total: timedelta
    suspended: bool
    """The clock stands still."""

    @property
    def share(self) -> float:
        """How much of the budget is used: 1.0 is all of it, more is late."""
        return self.spent / self.total if self.total else 1.0

    @property
    def left(self) -> timedelta:
        """What is left; negative when late."""
        return self.total - self.spent

    @property
    def state(self) -> str:
        """ "late" past the budget, "soon" from four fifths of it, "suspended" while the clock stands still, else ""."""
        if self.spent > self.total:
            return "late"
        if self.suspended:
            return "suspended"
        return "soon" if self.share >= SOON else ""


def spent(working: WorkingTime, start: datetime, pauses: Iterable[Pause], until: datetime) -> timedelta:
    """Working time from `start` to `until` without the pauses."""
    still = sum((working.between(max(begun, start), min(ended or until, until)) for begun, ended in pauses), NONE)
    return working.between(start, until) - still


def runs_out(working: WorkingTime, start: datetime, pauses: Iterable[Pause], total: timedelta) -> datetime | None:
    """The moment `total` has run since `start`; None when an open pause began before. `pauses` in order of time.

    A pause that begins after the budget has run out changes nothing: what is late stays late.
    """
    due = working.until(start) + total
    for begun, ended in pauses:
        if working.until(begun) >= due:
            break
        if ended is None:
            return None
        due += working.between(max(begun, start), max(ended, start))
    return working.at(due)
