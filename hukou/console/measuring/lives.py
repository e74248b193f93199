"""What happens to an invented case, and when: pure, from dice and the catalogue."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import accumulate
from random import Random

from hukou.calendar import queries as calendar
from hukou.catalogue.types import SubTypeSpec
from hukou.kernel import clock
from workflows.approvals.models import Decision, Enquiry
from workflows.cases.models import Case

YEARS = 2
OPENS, CLOSES = 8.5 * 3600, 17.5 * 3600
"""Seconds after midnight between which the window is open."""
BUSY = (26, 22, 20, 19, 21)
"""How a week's cases fall on Monday to Friday."""
FIRST, SHARE_FIRST, SHARE_LATER = 4_000, 0.3, 0.005
"""Of the first so many cases this share is still under way, of all others that one: a desk fills up, an archive grows."""
S, Outcome, Kind = Case.Status, Decision.Outcome, Enquiry.Kind
OVER = (S.FILED, S.WITHDRAWN, S.NOT_ACCEPTED)
"""What a case ends as; it only grows."""
UNDER_WAY = (
    (S.DRAFT, 0, 8),
    (S.ACCEPTED, 0, 11),
    (S.SUSPENDED, 0, 2),
    (S.IN_REVIEW, 2, 23),
    (S.IN_REVIEW, 3, 22),
    (S.IN_REVIEW, 4, 11),
    (S.SUSPENDED, 2, 3),
    (S.RETURNED, 2, 7),
    (S.RETURNED, 3, 4),
    (S.APPROVED, 0, 5),
    (S.REFUSED, 2, 1),
    (S.COMPLETED, 0, 3),
)
"""Status, level it is at, and how many of a hundred cases under way."""
CLAIMED = 0.3
"""Share of waiting cases that somebody has taken."""
SEALING = timedelta(seconds=9)
"""From a decision to its seal; then it is the next level's turn, or the case is decided."""

OFTEN = {
    "0101": 110, "0103": 14, "0201": 70, "0501": 16, "0502": 24, "0601": 30, "0602": 26, "0604": 34, "0605": 24, "0607": 26,
    "0701": 36, "0702": 30, "0703": 20, "0801": 110, "0901": 8, "0902": 8, "1101": 10, "1102": 7, "1107": 44, "1108": 9,
    "1201": 90, "1202": 12, "1301": 100, "1302": 170, "1303": 90, "1304": 60, "1305": 50, "1401": 80, "1402": 60,
}  # fmt: skip
"""How often a sub-type comes to the window; what is not here is SELDOM, a supplement (补登补录) RARE."""
SELDOM, RARE = 4, 1


@dataclass(frozen=True)
class Act:
    """A decision at one level."""

    level: int
    outcome: str
    at: datetime


@dataclass(frozen=True)
class Life:
    """How far a case has come."""

    subtype: int
    """Place in the list of sub-types."""
    status: str
    level: int
    opened_at: datetime
    accepted_at: datetime | None = None
    acts: tuple[Act, ...] = ()
    awaiting_since: datetime | None = None
    claimed_at: datetime | None = None
    enquiry: str = ""
    """What is being asked since then."""
    closed_at: datetime | None = None
    completed_at: datetime | None = None
    filed_at: datetime | None = None

    @property
    def under_way(self) -> bool:
        """True until it is filed, withdrawn or turned away."""
        return self.status not in OVER

    @property
    def refused(self) -> bool:
        """True when the last word was no."""
        return bool(self.acts) and self.acts[-1].outcome == Outcome.REFUSE


class Fates:
    """Throws the dice."""

    def __init__(self, subtypes: Sequence[SubTypeSpec], now: datetime) -> None:
        """`now`: nothing happens later."""
        self._depths = [len(spec.chain) for spec in subtypes]
        weights = [OFTEN.get(spec.code, RARE if spec.code[:2] == "04" else SELDOM) for spec in subtypes]
        places = range(len(subtypes))
        self._by_depth = {
            least: (
                [place for place in places if self._depths[place] >= least],
                list(accumulate(weights[place] for place in places if self._depths[place] >= least)),
            )
            for least in (1, 2, 3, 4)
        }
        self._chances = list(accumulate(chance for _status, _level, chance in UNDER_WAY))
        self._days = _working_days(now)
        self._busy = list(accumulate(weight for _day, weight in self._days))
        self._now = now

    def life(self, place: int, rng: Random) -> Life:
        """The life of the case at `place` (from 0)."""
        if rng.random() < (SHARE_FIRST if place < FIRST else SHARE_LATER):
            status, level, _chance = rng.choices(UNDER_WAY, cum_weights=self._chances)[0]
            return self._under_way(status, level, rng)
        return self._ended(rng)

    def _ended(self, rng: Random) -> Life:
        subtype = self._subtype(1, rng)
        depth = self._depths[subtype]
        day = bisect_right(self._busy, rng.random() * self._busy[_LATEST])
        day = min(day, len(self._days) - 30)
        opened = self._moment(day, rng)
        accepted = opened + timedelta(minutes=4 + int(22 * rng.random()))
        fate = rng.random()
        if fate < 0.010:
            return Life(subtype, S.NOT_ACCEPTED, 0, opened, closed_at=accepted)
        if fate < 0.022:
            closed = accepted + timedelta(hours=rng.randint(1, 5))
            return Life(subtype, S.WITHDRAWN, 0, opened, accepted, closed_at=closed)
        refused_at = rng.randint(2, depth) if depth > 1 and rng.random() < 0.025 else 0
        last = Outcome.REFUSE if refused_at else Outcome.APPROVE
        acts, day = self._acts(day, accepted, refused_at or depth, rng, last)
        closed = acts[-1].at + SEALING
        completed = None if refused_at else max(closed + timedelta(minutes=2), self._moment(day, rng))
        filed = max((completed or closed) + timedelta(minutes=5), self._moment(day + _drawn(_TO_FILE, rng), rng))
        return Life(
            *(subtype, S.FILED, acts[-1].level, opened, accepted, acts),
            closed_at=closed,
            completed_at=completed,
            filed_at=filed,
        )

    def _under_way(self, status: str, level: int, rng: Random) -> Life:
        subtype = self._subtype(level or 1, rng)
        day = len(self._days) - 1 - rng.randint(1, 4) - 3 * max(level, 1)
        opened = self._moment(day, rng)
        if status == S.DRAFT:
            return Life(subtype, status, 0, opened)
        accepted = opened + timedelta(minutes=rng.randint(4, 25))
        if status == S.ACCEPTED:
            return Life(subtype, status, 0, opened, accepted)
        if status == S.SUSPENDED and not level:
            asked = accepted + timedelta(minutes=20)
            return Life(subtype, status, 0, opened, accepted, awaiting_since=asked, enquiry=Kind.PUBLIC_NOTICE)
        if status in (S.APPROVED, S.REFUSED, S.COMPLETED):
            last = Outcome.REFUSE if status == S.REFUSED else Outcome.APPROVE
            acts, _day = self._acts(day, accepted, self._depths[subtype], rng, last)
            closed = acts[-1].at + SEALING
            done = closed + timedelta(minutes=3) if status == S.COMPLETED else None
            return Life(subtype, status, acts[-1].level, opened, accepted, acts, closed_at=closed, completed_at=done)
        if status == S.RETURNED:
            acts, _day = self._acts(day, accepted, level, rng, Outcome.RETURN)
            return Life(subtype, status, level, opened, accepted, acts)
        acts, _day = self._acts(day, accepted, level - 1, rng, Outcome.APPROVE)
        since, claimed, asked_for = acts[-1].at + SEALING, None, ""
        if status == S.SUSPENDED:
            since, asked_for = since + timedelta(minutes=15), rng.choice((Kind.INVESTIGATION, Kind.COSIGN))
        elif rng.random() < CLAIMED:
            claimed = since + timedelta(minutes=rng.randint(1, 30))
        return Life(subtype, status, level, opened, accepted, acts, since, claimed, asked_for)

    def _acts(self, day: int, accepted: datetime, levels: int, rng: Random, last: str) -> tuple[tuple[Act, ...], int]:
        """Approved level by level, each within two working days of the one before; the last one as it says."""
        first = accepted + timedelta(minutes=2 + int(29 * rng.random()))
        acts = [Act(1, Outcome.APPROVE if levels > 1 else last, first)]
        for level in range(2, levels + 1):
            day = min(day + _drawn(_TO_DECIDE, rng), len(self._days) - 1)
            after = acts[-1].at + timedelta(minutes=7)
            acts.append(Act(level, last if level == levels else Outcome.APPROVE, max(after, self._moment(day, rng))))
        return tuple(acts), day

    def _subtype(self, least_depth: int, rng: Random) -> int:
        places, weights = self._by_depth[least_depth]
        return rng.choices(places, cum_weights=weights)[0]

    def _moment(self, day: int, rng: Random) -> datetime:
        midnight, _weight = self._days[min(day, len(self._days) - 1)]
        return midnight + timedelta(seconds=int(OPENS + (CLOSES - OPENS) * rng.random()))


_TO_DECIDE, _TO_FILE = (0, 1, 1, 2), (0, 0, 1, 1, 2)
"""Working days until the next level decides, and until the station files."""
_LATEST = -30
"""Ended cases began this many working days ago or earlier."""


def _drawn(lots: tuple[int, ...], rng: Random) -> int:
    return lots[int(rng.random() * len(lots))]


def _working_days(now: datetime) -> list[tuple[datetime, int]]:
    """Midnights of the working days of the last YEARS before today, with how busy they were."""
    today, working = now.astimezone(clock.CITY_TIME).date(), calendar.working_time().calendar
    days = (today - timedelta(days=back) for back in range(365 * YEARS, 0, -1))
    return [
        (datetime.combine(day, time(), clock.CITY_TIME), BUSY[min(day.weekday(), 4)])
        for day in days
        if working.is_working(day)
    ]
