"""A refusal leaves its trace whatever becomes of the transaction around it, and never waits for itself."""

from __future__ import annotations

import pytest
from django.db import transaction

from audit.trail import actions as trail
from audit.trail import queries
from hukou.accounts.models import Officer
from hukou.kernel.errors import WrongState


@pytest.fixture
def lay_paper():
    @trail.records_refusal("paper.lay", subject="cases.case", key="case_id")
    @transaction.atomic
    def lay_paper(*, case_id: int, by: Officer) -> None:
        trail.record("paper.laid", subject=f"cases.case:{case_id}", by=by)
        raise WrongState(state="filed")

    return lay_paper


@pytest.fixture
def lay_all_paper(lay_paper):
    @trail.records_refusal("paper.lay_all", subject="cases.case", key="case_id")
    @transaction.atomic
    def lay_all_paper(*, case_id: int, by: Officer) -> None:
        trail.record("paper.turned", subject=f"cases.case:{case_id}", by=by)
        lay_paper(case_id=case_id, by=by)

    return lay_all_paper


def trace() -> list[str]:
    return [event.action for event in queries.events_of("cases.case:5")]


@pytest.mark.django_db(transaction=True)
def test_a_refusal_survives_the_rollback_of_its_verb(clerk: Officer, lay_paper) -> None:
    with pytest.raises(WrongState):
        lay_paper(case_id=5, by=clerk)
    (event,) = queries.events_of("cases.case:5")
    assert (event.action, event.details, event.officer_id, event.subject_seq, event.case_id) == (
        "paper.lay.refused",
        {"code": "wrong_state"},
        clerk.pk,
        1,
        5,
    )


@pytest.mark.django_db
def test_inside_a_test_case_it_is_written_on_the_same_connection(clerk: Officer, lay_paper) -> None:
    with pytest.raises(WrongState):
        lay_paper(case_id=5, by=clerk)
    assert trace() == ["paper.lay.refused"]


@pytest.mark.django_db(transaction=True)
def test_a_verb_inside_a_verb_leaves_both_refusals(clerk: Officer, lay_all_paper) -> None:
    with pytest.raises(WrongState):
        lay_all_paper(case_id=5, by=clerk)
    assert trace() == ["paper.lay.refused", "paper.lay_all.refused"]


@pytest.mark.django_db(transaction=True)
def test_a_refusal_survives_a_foreign_transaction_that_rolls_back(clerk: Officer, lay_paper) -> None:
    with pytest.raises(WrongState), transaction.atomic():
        lay_paper(case_id=5, by=clerk)
    assert trace() == ["paper.lay.refused"]


@pytest.mark.django_db(transaction=True)
def test_a_foreign_transaction_that_holds_the_subject_takes_the_refusal_in(clerk: Officer, lay_paper) -> None:
    with transaction.atomic():
        trail.record("paper.turned", subject="cases.case:5", by=clerk)
        with pytest.raises(WrongState):
            lay_paper(case_id=5, by=clerk)
    assert trace() == ["paper.turned", "paper.lay.refused"]


@pytest.mark.django_db
def test_a_program_error_is_not_a_refusal(clerk: Officer) -> None:
    @trail.records_refusal("paper.fold", subject="cases.case", key="case_id")
    def fold(*, case_id: int, by: Officer) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fold(case_id=5, by=clerk)
    assert trace() == []
