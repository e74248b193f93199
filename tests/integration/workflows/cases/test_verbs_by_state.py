"""Every verb in every state: what the table allows works, everything else is refused and changes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import pytest
from django.db import transaction

from audit.trail import queries as trail
from hukou.kernel.errors import Conflict, DomainError, WrongState
from tests.support.everything import everything_about
from tests.support.stages import Bureau, fresh
from workflows.cases.models import Case
from workflows.cases.transitions import LATE, Verb, state_of

S = Case.Status

ALLOWED: dict[str, set[str]] = {
    S.DRAFT: {"update", "capture", "accept", "turn_away"},
    S.ACCEPTED: {"update", "capture", "hand_up", "ask", "withdraw"},
    S.IN_REVIEW: {"decide", "claim", "release", "reassign", "ask", "urge", "recall", "withdraw"},
    S.RETURNED: {"update", "capture", "hand_up", "withdraw"},
    S.SUSPENDED: {"capture", "answer", "urge", "withdraw"},
    S.APPROVED: {"capture", "complete"},
    S.REFUSED: {"file"},
    S.WITHDRAWN: set(),
    S.NOT_ACCEPTED: set(),
    S.COMPLETED: {"capture", "file"},
    S.FILED: {"begin_late_capture"},
    LATE: {"capture", "conclude_late_capture", "abandon_late_capture"},
}

STATES: dict[str, Callable[[Bureau], Case]] = {
    S.DRAFT: Bureau.complete,
    S.ACCEPTED: Bureau.accepted,
    S.IN_REVIEW: lambda bureau: bureau.at_level(2),
    S.RETURNED: Bureau.returned,
    S.SUSPENDED: Bureau.suspended,
    S.APPROVED: Bureau.approved,
    S.NOT_ACCEPTED: Bureau.not_accepted,
    S.COMPLETED: lambda bureau: bureau.fill(bureau.completed(), "completion"),
    S.REFUSED: Bureau.refused,
    S.WITHDRAWN: Bureau.withdrawn,
    S.FILED: Bureau.filed,
    LATE: Bureau.late_with_a_page,
}

ACTS: dict[Verb, Callable[[Bureau, Case], object]] = {
    Verb.UPDATE: lambda bureau, case: bureau.update(case, reason="改正了理由"),
    Verb.CAPTURE: lambda bureau, case: bureau.capture(case, "M_REG_FORM", copy=7),
    Verb.ACCEPT: lambda bureau, case: bureau.accept(case),
    Verb.HAND_UP: lambda bureau, case: bureau.hand_up(case),
    Verb.DECIDE: lambda bureau, case: bureau.decide(case, 2, by=bureau.leader),
    Verb.TURN_AWAY: lambda bureau, case: bureau.turn_away(case),
    Verb.CLAIM: lambda bureau, case: bureau.claim(case),
    Verb.RELEASE: lambda bureau, case: bureau.release(case),
    Verb.REASSIGN: lambda bureau, case: bureau.reassign(case, bureau.leader),
    Verb.ASK: lambda bureau, case: bureau.ask(case),
    Verb.ANSWER: lambda bureau, case: bureau.answer(case),
    Verb.URGE: lambda bureau, case: bureau.urge(case),
    Verb.RECALL: lambda bureau, case: bureau.recall(case),
    Verb.COMPLETE: lambda bureau, case: bureau.enter(case),
    Verb.WITHDRAW: lambda bureau, case: bureau.withdraw(case),
    Verb.FILE: lambda bureau, case: bureau.file(case),
    Verb.BEGIN_LATE_CAPTURE: lambda bureau, case: bureau.begin_late_capture(case),
    Verb.CONCLUDE_LATE_CAPTURE: lambda bureau, case: bureau.conclude_late_capture(case),
    Verb.ABANDON_LATE_CAPTURE: lambda bureau, case: bureau.abandon_late_capture(case),
}


OF_A_STEP: dict[str, set[Verb]] = defaultdict(
    set,
    {
        S.DRAFT: {Verb.DECIDE, Verb.CLAIM, Verb.RELEASE},
        S.NOT_ACCEPTED: {Verb.DECIDE, Verb.CLAIM, Verb.RELEASE},
        S.ACCEPTED: {Verb.CLAIM, Verb.RELEASE},
    },
)


def test_the_tables_of_this_test_name_every_state_and_every_verb() -> None:
    assert set(ALLOWED) == set(STATES) == {*S, LATE}
    assert set(ACTS) == set(Verb)
    assert set.union(*ALLOWED.values()) == {str(verb) for verb in Verb}


@pytest.mark.parametrize("state", [*S, LATE])
def test_what_is_allowed_in_a_state_works(bureau: Bureau, state: str) -> None:
    case = STATES[state](bureau)
    assert state_of(case) == state
    for verb in sorted(ALLOWED[state]):
        with transaction.atomic():
            if verb == Verb.RELEASE:
                bureau.claim(case)
            before = everything_about(case)
            ACTS[Verb(verb)](bureau, case)
            assert everything_about(case) != before, verb
            transaction.set_rollback(True)


@pytest.mark.parametrize("state", [*S, LATE])
def test_what_is_not_allowed_in_a_state_is_refused_and_changes_nothing(bureau: Bureau, state: str) -> None:
    case = STATES[state](bureau)
    before = everything_about(case)
    for verb in Verb:
        if verb in ALLOWED[state]:
            continue
        with pytest.raises(DomainError) as refusal:
            ACTS[verb](bureau, case)
        # Before it is handed up a case is at no step, so there is none anybody could hold the duty for.
        if verb in OF_A_STEP[state]:
            assert refusal.value.code == "not_permitted"
        else:
            assert isinstance(refusal.value, WrongState | Conflict), verb
        assert everything_about(case) == before, verb
        last = trail.events_of(case).last()
        assert last is not None
        assert (last.action, last.details) == (f"case.{verb}.refused", {"code": refusal.value.code}), verb
    assert state_of(fresh(case)) == state
