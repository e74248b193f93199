"""The trail of a case day by day: pauses that can be seen, what each act was about, its picture, its place in the log."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby

from audit.trail.places import Place
from audit.trail.types import TimelineEntry
from hukou.kernel.clock import CITY_TIME
from hukou.kernel.working_days import WorkingCalendar

from .pictures import Picture

PAUSE = timedelta(hours=1)
"""Within a day, a time without acts that is long enough to be shown."""


@dataclass(frozen=True)
class Line:
    """One act as it is shown."""

    entry: TimelineEntry
    about: str = ""
    """What it was about in words, e.g. the material; "" when the act says it all."""
    place: Place | None = None
    """None while the act has no place in the log."""
    picture: Picture | None = None
    since: datetime | None = None
    """The act before, when it was `PAUSE` or more earlier on the same day."""

    @property
    def look(self) -> bool:
        """True when somebody merely looked, or a job merely began."""
        return self.entry.kind.quiet


@dataclass(frozen=True)
class Day:
    """A day on which something happened."""

    day: date
    worked: bool
    """False for weekends and holidays."""
    days_later: int
    """Calendar days since the day before it in the timeline; 0 for the first."""
    working_days_later: int
    """Working days since the day before it in the timeline, this one included; 0 for the first."""
    lines: tuple[Line, ...]

    @property
    def gap(self) -> bool:
        """True when there are days without an act before it."""
        return self.days_later > 1


def by_day(lines: Sequence[Line], calendar: WorkingCalendar) -> list[Day]:
    """The lines, oldest first, in days of the city, with the pauses between them."""
    days: list[Day] = []
    before: date | None = None
    for day, of_day in groupby(lines, lambda line: line.entry.at.astimezone(CITY_TIME).date()):
        days.append(
            Day(
                day=day,
                worked=calendar.is_working(day),
                days_later=(day - before).days if before else 0,
                working_days_later=calendar.between(before, day) if before else 0,
                lines=tuple(_with_pauses(of_day)),
            )
        )
        before = day
    return days


def _with_pauses(lines: Iterable[Line]) -> Iterable[Line]:
    last: datetime | None = None
    for line in lines:
        at = line.entry.at
        yield replace(line, since=last) if last and at - last >= PAUSE else line
        last = at


def lines_of(
    entries: Iterable[TimelineEntry],
    places: Mapping[int, Place],
    about: Callable[[TimelineEntry], str],
    picture: Callable[[TimelineEntry], Picture | None],
) -> list[Line]:
    """The acts with all that stands beside them."""
    return [Line(entry, about(entry), places.get(entry.event_id), picture(entry)) for entry in entries]
