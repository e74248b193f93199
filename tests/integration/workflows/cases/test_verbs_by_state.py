"""Every verb in every state: what the table allows works, everything else is refused and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from audit.trail import queries as trail
from hukou.kernel.errors import Conflict, DomainError, WrongState
from tests.support.stages import Bureau, fresh
from workflows.approvals.models import CaseProcess, Decision
from workflows.archive.models import ArchiveRecord, ArchiveVersion, LateCapture
from workflows.cases.models import Case, MaterialPage
from workflows.cases.transitions import LATE, Verb, state_of
from workflows.seals.models import SealApplication, SealedDocument

S = Case.Status

ALLOWED: dict[str, set[str]] = {
    S.DRAFT: {"update", "capture", "accept"},
    S.ACCEPTED: {"update", "capture", "hand_up", "withdraw"},
    S.IN_REVIEW: {"decide", "withdraw"},
    S.RETURNED: {"update", "capture", "hand_up", "withdraw"},
    S.APPROVED: {"capture", "file"},
    S.REFUSED: {"file"},
    S.WITHDRAWN: set(),
    S.FILED: {"begin_late_capture"},
    LATE: {"capture", "conclude_late_capture", "abandon_late_capture"},
}

STATES: dict[str, Callable[[Bureau], Case]] = {
    S.DRAFT: Bureau.complete,
    S.ACCEPTED: Bureau.accepted,
    S.IN_REVIEW: lambda bureau: bureau.at_level(2),
    S.RETURNED: Bureau.returned,
    S.APPROVED: lambda bureau: bureau.fill(bureau.approved(), "completion"),
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
    Verb.WITHDRAW: lambda bureau, case: bureau.withdraw(case),
    Verb.FILE: lambda bureau, case: bureau.file(case),
    Verb.BEGIN_LATE_CAPTURE: lambda bureau, case: bureau.begin_late_capture(case),
    Verb.CONCLUDE_LATE_CAPTURE: lambda bureau, case: bureau.conclude_late_capture(case),
    Verb.ABANDON_LATE_CAPTURE: lambda bureau, case: bureau.abandon_late_capture(case),
}


def everything_about(case: Case) -> dict[str, Any]:
    """Every row a verb could touch."""
    return {
        "case": Case.objects.filter(pk=case.pk).values().get(),
        "pages": list(MaterialPage.objects.filter(material__case=case).order_by("pk").values()),
        "decisions": list(Decision.objects.filter(case=case).order_by("pk").values()),
        "process": list(CaseProcess.objects.filter(case=case).values()),
        "documents": list(SealedDocument.objects.filter(case=case).order_by("pk").values()),
        "seals": list(SealApplication.objects.filter(document__case=case).order_by("pk").values()),
        "archive": list(ArchiveRecord.objects.filter(case=case).values()),
        "versions": list(ArchiveVersion.objects.filter(record__case=case).order_by("pk").values()),
        "late": list(LateCapture.objects.filter(record__case=case).order_by("pk").values()),
    }


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
        # A draft has no chain yet, so there is no step anybody could hold the duty for.
        if (state, verb) == (S.DRAFT, Verb.DECIDE):
            assert refusal.value.code == "not_permitted"
        else:
            assert isinstance(refusal.value, WrongState | Conflict), verb
        assert everything_about(case) == before, verb
        last = trail.events_of(case).last()
        assert last is not None
        assert (last.action, last.details) == (f"case.{verb}.refused", {"code": refusal.value.code}), verb
    assert state_of(fresh(case)) == state
