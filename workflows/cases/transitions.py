"""Which verb is possible in which state: one table, walked by tests."""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext as _

from hukou.kernel.errors import WrongState

from . import late
from .models import Case

S = Case.Status
LATE = "late_capture"
"""A filed case while pages are added to it: its status stays "filed", yet other verbs are possible."""


class Verb(StrEnum):
    """The verbs of a case."""

    UPDATE = "update"
    CAPTURE = "capture"
    ACCEPT = "accept"
    TURN_AWAY = "turn_away"
    HAND_UP = "hand_up"
    DECIDE = "decide"
    CLAIM = "claim"
    RELEASE = "release"
    REASSIGN = "reassign"
    ASK = "ask"
    ANSWER = "answer"
    URGE = "urge"
    RECALL = "recall"
    WITHDRAW = "withdraw"
    COMPLETE = "complete"
    FILE = "file"
    BEGIN_LATE_CAPTURE = "begin_late_capture"
    CONCLUDE_LATE_CAPTURE = "conclude_late_capture"
    ABANDON_LATE_CAPTURE = "abandon_late_capture"


ALLOWED: dict[Verb, frozenset[str]] = {
    Verb.UPDATE: frozenset({S.DRAFT, S.ACCEPTED, S.RETURNED}),
    Verb.CAPTURE: frozenset({S.DRAFT, S.ACCEPTED, S.RETURNED, S.SUSPENDED, S.APPROVED, S.COMPLETED, LATE}),
    Verb.ACCEPT: frozenset({S.DRAFT}),
    Verb.TURN_AWAY: frozenset({S.DRAFT}),
    Verb.HAND_UP: frozenset({S.ACCEPTED, S.RETURNED}),
    Verb.DECIDE: frozenset({S.IN_REVIEW}),
    Verb.CLAIM: frozenset({S.IN_REVIEW}),
    Verb.RELEASE: frozenset({S.IN_REVIEW}),
    Verb.REASSIGN: frozenset({S.IN_REVIEW}),
    Verb.ASK: frozenset({S.ACCEPTED, S.IN_REVIEW}),
    Verb.ANSWER: frozenset({S.SUSPENDED}),
    Verb.URGE: frozenset({S.IN_REVIEW, S.SUSPENDED}),
    Verb.RECALL: frozenset({S.IN_REVIEW}),
    Verb.WITHDRAW: frozenset({S.ACCEPTED, S.IN_REVIEW, S.RETURNED, S.SUSPENDED}),
    Verb.COMPLETE: frozenset({S.APPROVED}),
    Verb.FILE: frozenset({S.COMPLETED, S.REFUSED}),
    Verb.BEGIN_LATE_CAPTURE: frozenset({S.FILED}),
    Verb.CONCLUDE_LATE_CAPTURE: frozenset({LATE}),
    Verb.ABANDON_LATE_CAPTURE: frozenset({LATE}),
}


def state_of(case: Case) -> str:
    """The state the table knows: the status of the case, or LATE."""
    return LATE if late.is_open(case) else case.status


def state_label(case: Case) -> str:
    """The state in the current language."""
    return str(_("filed, late capture under way")) if late.is_open(case) else str(case.get_status_display())


def possible(case: Case, verb: Verb) -> bool:
    """True when `verb` is possible in the case's state."""
    return state_of(case) in ALLOWED[verb]


def require(case: Case, verb: Verb) -> None:
    """Raise WrongState unless `verb` is possible in the case's state."""
    if not possible(case, verb):
        raise WrongState(state=state_label(case), verb=verb.value)
