"""Facts and tallies follow the trail, whatever happens in between."""

from __future__ import annotations

import pytest

from audit.trail import sequencer
from hukou.accounts.models import Office, Officer
from tests.support import cases
from workflows.figures import projection
from workflows.figures.models import CaseFact, MonthTally

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_case_is_counted_from_acceptance_to_archive(
    station: Office, clerk: Officer, leader: Officer, branch_officer: Officer
) -> None:
    cases.load_catalogue()
    cases.give_seals(clerk, leader, branch_officer)
    case = cases.handed_up(station, clerk)
    case = cases.decided(cases.decided(case, leader), branch_officer)
    cases.filed(case, clerk)
    sequencer.sequence()

    assert projection.keep_up() == 1

    fact = CaseFact.objects.get()
    assert fact.outcome == "approved"
    assert fact.filed_on is not None
    assert (fact.chain_length, fact.deciding_level, fact.station_id) == (3, "branch", station.pk)
    assert dict(MonthTally.objects.values_list("base", "approved")) == {"accepted": 1, "closed": 1, "filed": 1}
    assert projection.keep_up() == 0
