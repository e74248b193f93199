"""An October of four cases, for the tests of circulars."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hukou.accounts.models import Office, Officer
from tests.support import cases, circulars
from workflows.cases.models import Case
from workflows.figures.models import CaseFact


@pytest.fixture
def counted(station: Office, other_station: Office, clerk: Officer, other_clerk: Officer) -> list[Case]:
    """Four cases of October: three of one station, one of the other, each with something to be counted."""
    cases.load_catalogue()
    made = [cases.drafted(station, clerk) for _ in range(3)] + [cases.drafted(other_station, other_clerk)]
    CaseFact.objects.all().delete()
    due = circulars.DUE
    in_time, late = due - timedelta(hours=1), due + timedelta(hours=1)
    circulars.fact(made[0], complete_at=in_time, closed=("approved", 210), versions=1, returns=1)
    circulars.fact(made[1], complete_at=late, pages_late=2, pages_doubtful=1, closed=("refused", 630), late=True)
    circulars.fact(made[2], first_page_at=None, pages=0)
    circulars.fact(made[3], complete_at=in_time, closed=("approved", 42), pages_plain=3)
    CaseFact.objects.exclude(first_page_at=None).update(capture_due_at=due)
    return made
