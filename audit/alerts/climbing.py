"""Who is told at a rung, and when a rung is due. Pure; offices and leaders are handed in.

A rung is due its working days after the due moment, at the same time of day. A station that nobody leads is told at its
branch; a bureau has no leader of its own in this system and is told again itself. The rung of the branch, reached by a
branch, is the city's; at the top it stays.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from hukou.accounts.models import Office
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

    def moment(self, due_at: datetime, rung: Rung) -> datetime:
        """When `rung` of a matter due at `due_at` is due."""
        if not rung.working_days:
            return due_at
        local = due_at.astimezone(CITY_TIME)
        key = (local.date(), rung.working_days)
        if key not in self._days:
            self._days[key] = self.calendar.add(*key)
        return datetime.combine(self._days[key], local.timetz())


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
