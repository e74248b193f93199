"""A late capture (补充采录) of a filed case, as far as the case itself can tell.

While one is open, new pages go to a sitting of mode "late". What is laid in or taken out in that sitting does not count
until the archive makes a new version of the case; until then its content is what was filed.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from capture.sessions.models import CaptureSession

from . import errors
from .models import Case, MaterialPage


def is_open(case: Case) -> bool:
    """True when pages are being added to the filed case."""
    return case.status == Case.Status.FILED and case.session.mode == CaptureSession.Mode.LATE


def counting(case: Case) -> Q:
    """Which placements are the content of the case: all live ones, or those that were live when it was opened again."""
    if not is_open(case):
        return Q(superseded_at=None)
    then = Q(superseded_at=None) | Q(superseded_at__gte=case.session.opened_at)
    return then & ~Q(page__session=case.session_id)


def added(case: Case) -> Q:
    """Which placements the open late capture has laid in."""
    return Q(superseded_at=None, page__session=case.session_id)


def taken_out(case: Case) -> Q:
    """Which placements of what was filed the open late capture has superseded."""
    return counting(case) & Q(superseded_at__isnull=False)


def require_movable(case: Case, placements: Iterable[MaterialPage]) -> None:
    """Raise FiledPageStays when a filed page would get another place: only pages of the late capture may move."""
    if is_open(case) and any(placed.page.session_id != case.session_id for placed in placements):
        raise errors.FiledPageStays


def require_same_sitting(case: Case, session_id: int) -> None:
    """Raise SittingOver when a picture was taken for a sitting before this late capture was begun."""
    if is_open(case) and session_id != case.session_id:
        raise errors.SittingOver
