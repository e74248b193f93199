"""The alerts a history ought to have raised, read off the history itself: slowly, plainly, and without a line of the engine.

The book knows offices, leaders and holidays, and is told every act and every sweep in their order. It looks at every fact
at every sweep, counts working days one by one, and writes down what is told to whom. The engine must agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

CITY = ZoneInfo("Asia/Shanghai")
Key = tuple[str, str, datetime, int]
"""Rule, subject, due moment, rung."""


@dataclass
class Place:
    """An office: its number, what it is, who is above it, whether somebody leads it."""

    number: int
    level: str
    above: Place | None
    led: bool = False


@dataclass
class Silence:
    """A mute."""

    rule: str
    place: Place
    subject: str
    until: datetime


@dataclass
class Matter:
    """A fact that stands, or something that happened and is not dealt with."""

    rule: str
    subject: str
    due: datetime
    place: Place
    happened: bool = False


@dataclass
class Written:
    """An alert in the book."""

    office: int
    role: str
    settled: bool = False
    closed: bool = False


@dataclass
class Book:
    """Everything there is to know."""

    ladders: dict[str, list[tuple[int, str]]]
    """Rule → (working days, level) of each rung."""
    off_days: set[date] = field(default_factory=set)
    switched_off: set[str] = field(default_factory=set)
    silences: list[Silence] = field(default_factory=list)
    matters: list[Matter] = field(default_factory=list)
    alerts: dict[Key, Written] = field(default_factory=dict)

    def arm(self, rule: str, subject: str, due: datetime | None, place: Place) -> None:
        """A fact stands, stands otherwise, or is over."""
        before = next((m for m in self.standing(rule) if m.subject == subject), None)
        if before is not None:
            self.matters.remove(before)
            if before.due != due:
                self._settle(rule, subject)
        if due is not None:
            self.matters.append(Matter(rule, subject, due, place))

    def tell(self, rule: str, subject: str, now: datetime, place: Place) -> None:
        """Something happened."""
        happened = Matter(rule, subject, now, place, happened=True)
        if happened not in self.matters:
            self.matters.append(happened)
            self._look_at(happened, now)

    def close(self, key: Key) -> None:
        """An officer has written the record; what merely happened is dealt with by it."""
        self.alerts[key].closed = True
        rule, subject, due, _rung = key
        self.matters = [
            m for m in self.matters if not (m.happened and (m.rule, m.subject, m.due) == (rule, subject, due))
        ]

    def watch(self, rule: str, seen: dict[str, tuple[datetime, Place]]) -> None:
        """What a watched rule finds at a sweep."""
        if rule in self.switched_off:
            return
        for matter in self.standing(rule):
            if matter.subject not in seen:
                self.arm(rule, matter.subject, None, matter.place)
        for subject, (due, place) in seen.items():
            self.arm(rule, subject, due, place)

    def sweep(self, now: datetime) -> None:
        """Look at everything."""
        for matter in list(self.matters):
            self._look_at(matter, now)

    def standing(self, rule: str) -> list[Matter]:
        """The facts of a rule that stand."""
        return [m for m in self.matters if m.rule == rule and not m.happened]

    def _look_at(self, matter: Matter, now: datetime) -> None:
        if matter.rule in self.switched_off or any(self._silent(s, matter, now) for s in self.silences):
            return
        for rung, (days, level) in enumerate(self.ladders[matter.rule], 1):
            if self._after(matter.due, days) > now:
                return
            key = (matter.rule, matter.subject, matter.due, rung)
            if key not in self.alerts:
                self.alerts[key] = Written(*told(matter.place, level))
            elif not self.alerts[key].closed:
                self.alerts[key].settled = False

    def _settle(self, rule: str, subject: str) -> None:
        for (of_rule, about, _due, _rung), alert in self.alerts.items():
            if (of_rule, about) == (rule, subject) and not alert.closed:
                alert.settled = True

    @staticmethod
    def _silent(silence: Silence, matter: Matter, now: datetime) -> bool:
        place = matter.place
        while place is not None and place is not silence.place:
            place = place.above  # type: ignore[assignment]
        return (
            silence.rule == matter.rule
            and place is not None
            and silence.subject in ("", matter.subject)
            and now < silence.until
        )

    def _after(self, due: datetime, days: int) -> datetime:
        local = due.astimezone(CITY)
        day = local.date()
        while days:
            day += timedelta(days=1)
            if day.weekday() < 5 and day not in self.off_days:
                days -= 1
        return datetime.combine(day, local.timetz())


def told(place: Place, level: str) -> tuple[int, str]:
    """Who is told of a matter of `place` at `level`."""
    chain = list(_upward(place))
    if level == "leader" and place.led:
        return place.number, "leader"
    if level == "office" or (level == "leader" and place.level != "station"):
        return place.number, "office"
    if level == "city":
        return chain[-1].number, "office"
    return chain[min(1, len(chain) - 1)].number, "office"


def _upward(place: Place | None) -> Iterator[Place]:
    while place is not None:
        yield place
        place = place.above
