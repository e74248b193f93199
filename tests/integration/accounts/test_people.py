"""The people tests work with."""

from __future__ import annotations

from hukou.accounts.models import Office, Officer
from hukou.kernel import id_numbers


def test_everyone_is_a_person_of_their_own(
    clerk: Officer, second_clerk: Officer, leader: Officer, branch_officer: Officer
) -> None:
    people = (clerk, second_clerk, leader, branch_officer)
    assert len({id_numbers.parse(officer.id_number).number for officer in people}) == len(people)


def test_the_branch_covers_both_stations(branch: Office, station: Office, other_station: Office) -> None:
    assert branch.covers(station)
    assert branch.covers(other_station)
    assert not station.covers(other_station)
