"""Deferred capture (延迟采录): why papers come later, and how much time is left for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from hukou.kernel import clock

from . import errors
from .models import Case
from .types import CaseFolder, Slot

OTHER = "other"
REASONS: Mapping[str, Promise] = {
    "crowded": _("The window is crowded"),
    "device": _("The camera or the computer is out of order"),
    "network": _("The network is down"),
    "paper_elsewhere": _("A paper is with another unit for checking"),
    OTHER: _("Another reason"),
}
"""Why capture may be put off; what is picked stands in front of the officer's own words."""
SOON = timedelta(hours=4)
"""How long before the deadline a case is shown as soon due."""


def written(picked: str, words: str) -> str:
    """The reason as it is kept, in Chinese like everything of the archive: what was picked and the officer's own words.

    Raises ReasonNeeded when nothing known was picked, or "another reason" without words.
    """
    words = " ".join(words.split())
    if picked not in REASONS or (picked == OTHER and not words):
        raise errors.ReasonNeeded
    if picked == OTHER:
        return words[:200]
    with override("zh-hans"):
        return f"{REASONS[picked]}：{words}"[:200] if words else str(REASONS[picked])


@dataclass(frozen=True)
class TimeLeft:
    """How the capture time of a case stands."""

    until: datetime
    state: str
    """"late" past the deadline, "soon" in the last hours before it, else ""."""
    missing: tuple[Slot, ...]
    """Acceptance papers still to be captured."""


def time_left(case: Case, folder: CaseFolder) -> TimeLeft | None:
    """What is still to be captured of an accepted case, and until when; None when nothing is, or the case is over."""
    missing = folder.missing_of("acceptance")
    waits = case.status in (Case.Status.ACCEPTED, Case.Status.RETURNED, Case.Status.IN_REVIEW)
    if case.capture_due_at is None or not missing or not waits:
        return None
    return TimeLeft(case.capture_due_at, standing(case.capture_due_at), missing)


def standing(until: datetime) -> str:
    """How near a deadline is: "late" past it, "soon" in the last hours before it, else ""."""
    left = until - clock.now()
    return "late" if left < timedelta() else "soon" if left < SOON else ""
