"""A station whose cases were closed in the week before, and the inspection of this week."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

import pytest

from audit.inspection import actions, duties, periods, sampling
from audit.inspection.models import Finding, InspectionDuty, Order, Sample
from audit.trail import refusals
from hukou.accounts.models import Duty, Office, Officer
from hukou.kernel import clock
from tests.support import cases
from tests.support.people import make_officer
from workflows.approvals.models import Decision
from workflows.cases.models import Case

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=clock.CITY_TIME)
"""Of ISO week 48."""
TEXT = "请补采申请人签名页,并说明原因。"
"""What an order says."""


@pytest.fixture(autouse=True)
def _refusals_do_not_wait_for_the_transaction_of_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "PATIENCE", "1ms")


@dataclass
class Inspected:
    """What a test of inspections begins with."""

    duty: InspectionDuty
    case: Case
    sample: Sample
    monday: datetime
    """When its week began; the clock stands there."""


@pytest.fixture
def monday(db: None) -> Iterator[datetime]:
    """Monday morning of ISO week 48 of 2026."""
    with clock.frozen(MONDAY) as moment:
        yield moment


@pytest.fixture
def closed(station: Office, clerk: Officer, branch_officer: Officer) -> Case:
    """A key case decided today, as far as inspections look: a decision of the branch and no seals, which take seconds."""
    cases.load_catalogue()
    case = cases.accepted(station, clerk)
    Decision.objects.create(
        case=case,
        level=3,
        step="branch_approve",
        revision=1,
        officer=branch_officer,
        office=station.at_level("branch"),
        outcome=Decision.Outcome.RETURN,
        opinion="材料不全",
        content_digest="0" * 64,
        decided_at=clock.now(),
    )
    Case.objects.filter(pk=case.pk).update(status=Case.Status.APPROVED, closed_at=clock.now(), due_at=None)
    return cases.again(case)


@pytest.fixture
def filed(station: Office, clerk: Officer, leader: Officer, branch_officer: Officer) -> Case:
    """A key case in the archive, with everything."""
    cases.load_catalogue()
    cases.give_seals(clerk, leader, branch_officer)
    case = cases.decided(cases.decided(cases.handed_up(station, clerk), leader), branch_officer)
    return cases.filed(case, clerk)


@contextmanager
def the_monday_after() -> Iterator[datetime]:
    """Duties are made and samples drawn on the Monday after today; the clock stands there."""
    monday = datetime.combine(periods.of("week", clock.today()).after.first, time(9), clock.CITY_TIME)
    with clock.frozen(monday):
        duties.compute()
        sampling.draw_waiting()
        yield monday


@pytest.fixture
def inspected(closed: Case, branch: Office) -> Iterator[Inspected]:
    """The case drawn for the inspection of its branch."""
    with the_monday_after() as monday:
        duty = InspectionDuty.objects.get(office=branch)
        yield Inspected(duty, closed, duty.samples.get(), monday)


@pytest.fixture
def inspector(branch: Office) -> Officer:
    """A branch officer who had nothing to do with the case."""
    return make_officer("何静", Duty.Role.BRANCH_OFFICER, branch)


class Life:
    """An inspection brought to a stage by its verbs."""

    def __init__(self, at: Inspected, inspector: Officer, clerk: Officer) -> None:
        self.at, self.inspector, self.clerk = at, inspector, clerk

    def finding(self, severity: int = 2, **more: Any) -> Finding:
        return actions.add_finding(
            sample_id=self.at.sample.pk,
            kind="no_signature",
            severity=severity,
            words="申请表无申请人签名",
            material="M_APPLY_FORM",
            by=self.inspector,
            **more,
        )

    def review(self, verdict: str = "findings") -> Sample:
        return actions.review(sample_id=self.at.sample.pk, verdict=verdict, pages=3, seen=3, by=self.inspector)

    def ordered(self) -> Order:
        finding = self.finding()
        self.review()
        return actions.issue(sample_id=self.at.sample.pk, findings=[finding.pk], text=TEXT, by=self.inspector)

    def answered(self) -> Order:
        return actions.answer(order_id=self.ordered().pk, words="已补采并核对", by=self.clerk)

    def accepted(self) -> Order:
        return actions.accept(order_id=self.answered().pk, words="复核无误", by=self.inspector)

    def withdrawn(self) -> Order:
        return actions.withdraw(order_id=self.ordered().pk, words="误发", by=self.inspector)


@pytest.fixture
def life(inspected: Inspected, inspector: Officer, clerk: Officer) -> Life:
    """The inspection before anything was found."""
    return Life(inspected, inspector, clerk)
