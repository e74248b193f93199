"""Who works where: the officers invented cases go through, as they hold their duties today."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from hukou.accounts.models import Duty, Office, Officer
from hukou.kernel import clock
from workflows.approvals.steps import STEPS, office_of

TURNS = 2
"""So many different sets of officers take a station's cases."""
BUSY = (20, 14, 9, 16, 11, 8, 10, 7, 5)
"""How a city's cases fall on its stations, in order of their codes; again from the first when there are more."""


@dataclass(frozen=True)
class Team:
    """A station and everyone above it who decides its cases."""

    station: Office
    offices: dict[str, Office]
    """Step → the office that takes it."""
    officers: dict[str, tuple[Officer, ...]]
    """Step → those who may take it there, one for each turn."""

    @property
    def clerks(self) -> tuple[Officer, ...]:
        """The desk officers of the station."""
        return self.officers["station_accept"]


def teams() -> list[Team]:
    """Every station with somebody for every step."""
    holders: dict[tuple[int, str], list[Officer]] = defaultdict(list)
    duties = Duty.objects.in_force(clock.today()).filter(officer__kind=Officer.Kind.OFFICER, officer__is_active=True)
    for duty in duties.select_related("officer").order_by("officer__number"):
        holders[duty.office_id, duty.role].append(duty.officer)
    stations = Office.objects.filter(level=Office.Level.STATION).select_related("parent__parent").order_by("code")
    found = (_team(station, holders) for station in stations)
    return [team for team in found if all(team.officers.values())]


def _team(station: Office, holders: dict[tuple[int, str], list[Officer]]) -> Team:
    offices = {name: office_of(name, station) for name in STEPS}
    officers = {}
    for name, step in STEPS.items():
        able = holders[offices[name].pk, step.role]
        officers[name] = tuple(able[turn % len(able)] for turn in range(TURNS)) if able else ()
    return Team(station, offices, officers)
