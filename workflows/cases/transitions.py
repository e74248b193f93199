"""Which verb is possible in which state: one table, walked by tests."""

from __future__ import annotations

from enum import StrEnum

from hukou.kernel.errors import WrongState

from .models import Case

S = Case.Status


class Verb(StrEnum):
    """The verbs of a case."""

    UPDATE = "update"
    CAPTURE = "capture"
    ACCEPT = "accept"
    HAND_UP = "hand_up"
    DECIDE = "decide"
    WITHDRAW = "withdraw"
    FILE = "file"


ALLOWED: dict[Verb, frozenset[str]] = {
    Verb.UPDATE: frozenset({S.DRAFT, S.ACCEPTED, S.RETURNED}),
    Verb.CAPTURE: frozenset({S.DRAFT, S.ACCEPTED, S.RETURNED, S.APPROVED}),
    Verb.ACCEPT: frozenset({S.DRAFT}),
    Verb.HAND_UP: frozenset({S.ACCEPTED, S.RETURNED}),
    Verb.DECIDE: frozenset({S.IN_REVIEW}),
    Verb.WITHDRAW: frozenset({S.ACCEPTED, S.IN_REVIEW, S.RETURNED}),
    Verb.FILE: frozenset({S.APPROVED, S.REFUSED}),
}


def possible(case: Case, verb: Verb) -> bool:
    """True when `verb` is possible in the case's state."""
    return case.status in ALLOWED[verb]


def require(case: Case, verb: Verb) -> None:
    """Raise WrongState unless `verb` is possible in the case's state."""
    if not possible(case, verb):
        raise WrongState(state=case.get_status_display(), verb=verb.value)
