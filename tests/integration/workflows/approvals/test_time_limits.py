"""The verbs of the chain keep the clocks of a case: whose turn it is, what it waits for, and when nothing runs."""

from __future__ import annotations

import pytest

from hukou.accounts.models import Office, Officer
from hukou.kernel import clock
from tests.support import cases as support
from workflows.approvals import actions as approvals
from workflows.cases import budgets
from workflows.cases.models import Case, StepClock, Suspension

pytestmark = pytest.mark.django_db


def standing(case: Case) -> tuple[int | None, str | None, bool, bool]:
    """Level whose turn runs, kind of the open suspension, whether the case and its step are due at some time."""
    case = support.again(case)
    turn = StepClock.objects.filter(case=case, ended_at=None).values_list("level", flat=True).first()
    pause = Suspension.objects.filter(case=case, ended_at=None).values_list("kind", flat=True).first()
    return turn, pause, case.due_at is not None, case.step_due_at is not None


def test_the_clocks_follow_a_case_there_and_back_to_its_end(station: Office, clerk: Officer, leader: Officer) -> None:
    support.load_catalogue()
    support.give_seals(clerk, leader)
    case = support.accepted(station, clerk, "0103")
    assert standing(case) == (1, None, True, True)
    case = support.sent_up(case, clerk)
    assert standing(case) == (2, None, True, True)
    case = support.decided(case, leader, "return")
    assert standing(case) == (None, "supplement", False, False)
    case = support.sent_up(case, clerk)
    assert standing(case) == (2, None, True, True)
    case = support.decided(case, leader)
    assert standing(case) == (None, None, False, False)
    assert [step.level for step in StepClock.objects.filter(case=case)] == [1, 2, 2]
    told = budgets.of(support.again(case), clock.now())
    assert told is not None
    assert not told.suspended


def test_a_case_withdrawn_while_it_waits_for_a_supplement_waits_no_more(
    station: Office, clerk: Officer, leader: Officer
) -> None:
    support.load_catalogue()
    support.give_seals(clerk, leader)
    case = support.decided(support.handed_up(station, clerk, "0103"), leader, "return")
    approvals.withdraw(case_id=case.pk, by=clerk, reason="申请人撤回")
    assert standing(case) == (None, None, False, False)
