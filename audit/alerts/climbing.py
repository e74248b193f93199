"""Who is told at a rung, and when a rung is due.

A rung is due its working days after the due moment, at the same time of day. A station that nobody leads is told at its
branch; a bureau has no leader of its own in this system and is told again itself. The rung of the branch, reached by a
branch, is the city's; at the top it stays.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from hukou.accounts.models import Duty, Office
from hukou.kernel.clock import CITY_TIME
from hukou.kernel.working_days import WorkingCalendar

from .rules import Level, Rung


@dataclass(frozen=True)
class Told:
    """To whom an alert goes."""

    office_id: int
    role: str
    """"leader": to its leaders; "office": to everybody on case duty there."""


@dataclass
class Ladder:
    """Reckons the moments of rungs by one calendar; each day once."""

    calendar: WorkingCalendar
    _days: dict[tuple[date, int], date] = field(default_factory=dict)

    def day(self, due_on: date, working_days: int) -> date:
        """The day on which a rung of a matter due on that day is due."""
        key = (due_on, working_days)
        if key not in self._days:
            self._days[key] = self.calendar.add(*key)
        return self._days[key]

    def moment(self, due_at: datetime, rung: Rung) -> datetime:
        """When `rung` of a matter due at `due_at` is due."""
        local = due_at.astimezone(CITY_TIME)
        return datetime.combine(self.day(local.date(), rung.working_days), local.timetz())


@dataclass
class Chains:
    """Who is told, as offices and leaders stand at a moment; read once, and only when somebody is."""

    moment: datetime
    _told: dict[tuple[int, str], Told] = field(default_factory=dict)

    @cached_property
    def offices(self) -> dict[int, Office]:
        """All offices."""
        return Office.objects.in_bulk()

    @cached_property
    def led(self) -> frozenset[int]:
        """The offices where a leader is on duty."""
        leaders = Duty.objects.in_force(self.moment.astimezone(CITY_TIME).date())
        return frozenset(leaders.filter(role=Duty.Role.STATION_LEADER).values_list("office_id", flat=True))

    def told(self, office_id: int, level: str) -> Told:
        """Who is told at `level` of a matter of this office."""
        key = (office_id, level)
        if key not in self._told:
            self._told[key] = told(office_id, level, self.offices, self.led)
        return self._told[key]


def told(office_id: int, level: str, offices: Mapping[int, Office], led: Collection[int]) -> Told:
    """Who is told at `level` of a matter of this office; `led` are the offices where a leader is on duty."""
    office = offices[office_id]
    if level == Level.LEADER and office_id in led:
        return Told(office_id, Level.LEADER)
    if level == Level.OFFICE or (level == Level.LEADER and office.level != Office.Level.STATION):
        return Told(office_id, Level.OFFICE)
    if level == Level.CITY:
        while office.parent_id is not None:
            office = offices[office.parent_id]
        return Told(office.pk, Level.OFFICE)
    return Told(office.parent_id or office_id, Level.OFFICE)
