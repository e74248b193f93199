"""A station whose cases were closed in the week before, and the inspection of this week."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time

import pytest

from audit.inspection import duties, periods, sampling
from audit.inspection.models import InspectionDuty, Sample
from audit.trail import refusals
from hukou.accounts.models import Office, Officer
from hukou.kernel import clock
from tests.support import cases
from workflows.approvals.models import Decision
from workflows.cases.models import Case

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=clock.CITY_TIME)
"""Of ISO week 48."""


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
