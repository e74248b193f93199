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
from workflows.approvals.models import Decision
from workflows.cases.models import Case

YEARS = 2
OPENS, CLOSES = 8.5 * 3600, 17.5 * 3600
"""Seconds after midnight between which the window is open."""
BUSY = (26, 22, 20, 19, 21)
"""How a week's cases fall on Monday to Friday."""
FIRST, SHARE_FIRST, SHARE_LATER = 4_000, 0.3, 0.005
"""Of the first so many cases this share is still under way, of all others that one: a desk fills up, an archive grows."""
S, Outcome = Case.Status, Decision.Outcome
UNDER_WAY = (
    (S.DRAFT, 0, 8),
    (S.ACCEPTED, 0, 12),
    (S.IN_REVIEW, 2, 24),
    (S.IN_REVIEW, 3, 24),
    (S.IN_REVIEW, 4, 12),
    (S.RETURNED, 2, 8),
    (S.RETURNED, 3, 4),
    (S.APPROVED, 0, 8),
)
"""Status, level it is at, and how many of a hundred cases under way."""

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
    accepted_at: datetime | None
    acts: tuple[Act, ...]
    closed_at: datetime | None
    filed_at: datetime | None

    @property
    def under_way(self) -> bool:
        """True until it is filed or withdrawn."""
        return self.status not in (S.FILED, S.WITHDRAWN)


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
        day = bisect_right(self._busy, rng.random() * (self._busy[-1] - self._busy[_LATEST] + 1))
        day = min(day, len(self._days) - 30)
        opened = self._moment(day, rng)
        accepted = opened + timedelta(minutes=rng.randint(4, 25))
        if rng.random() < 0.012:
            return Life(
                subtype, S.WITHDRAWN, 0, opened, accepted, (), accepted + timedelta(hours=rng.randint(1, 5)), None
            )
        refused_at = rng.randint(2, depth) if depth > 1 and rng.random() < 0.025 else 0
        acts, day = self._acts(
            day, accepted, refused_at or depth, rng, Outcome.REFUSE if refused_at else Outcome.APPROVE
        )
        closed = acts[-1].at + timedelta(seconds=rng.randint(3, 40))
        filed = max(closed + timedelta(minutes=5), self._moment(day + rng.choice((0, 0, 1, 1, 2)), rng))
        return Life(subtype, S.FILED, acts[-1].level, opened, accepted, acts, closed, filed)

    def _under_way(self, status: str, level: int, rng: Random) -> Life:
        subtype = self._subtype(level or 1, rng)
        day = len(self._days) - 1 - rng.randint(1, 4) - 3 * max(level, 1)
        opened = self._moment(day, rng)
        if status == S.DRAFT:
            return Life(subtype, status, 0, opened, None, (), None, None)
        accepted = opened + timedelta(minutes=rng.randint(4, 25))
        if status == S.ACCEPTED:
            return Life(subtype, status, 0, opened, accepted, (), None, None)
        if status == S.APPROVED:
            acts, _day = self._acts(day, accepted, self._depths[subtype], rng, Outcome.APPROVE)
            return Life(
                subtype, status, acts[-1].level, opened, accepted, acts, acts[-1].at + timedelta(seconds=9), None
            )
        last = Outcome.RETURN if status == S.RETURNED else Outcome.APPROVE
        acts, _day = self._acts(day, accepted, level if status == S.RETURNED else level - 1, rng, last)
        return Life(subtype, status, level, opened, accepted, acts, None, None)

    def _acts(self, day: int, accepted: datetime, levels: int, rng: Random, last: str) -> tuple[tuple[Act, ...], int]:
        """Approved level by level, each within two working days of the one before; the last one as it says."""
        acts = [Act(1, Outcome.APPROVE if levels > 1 else last, accepted + timedelta(minutes=rng.randint(2, 30)))]
        for level in range(2, levels + 1):
            day = min(day + rng.choice((0, 1, 1, 2)), len(self._days) - 1)
            after = acts[-1].at + timedelta(minutes=7)
            acts.append(Act(level, last if level == levels else Outcome.APPROVE, max(after, self._moment(day, rng))))
        return tuple(acts), day

    def _subtype(self, least_depth: int, rng: Random) -> int:
        places, weights = self._by_depth[least_depth]
        return rng.choices(places, cum_weights=weights)[0]

    def _moment(self, day: int, rng: Random) -> datetime:
        midnight, _weight = self._days[min(day, len(self._days) - 1)]
        return midnight + timedelta(seconds=rng.uniform(OPENS, CLOSES))


_LATEST = -30
"""Ended cases began this many working days ago or earlier."""


def _working_days(now: datetime) -> list[tuple[datetime, int]]:
    """Midnights of the working days of the last YEARS before today, with how busy they were."""
    today, working = now.astimezone(clock.CITY_TIME).date(), calendar.working_time().calendar
    days = (today - timedelta(days=back) for back in range(365 * YEARS, 0, -1))
    return [
        (datetime.combine(day, time(), clock.CITY_TIME), BUSY[min(day.weekday(), 4)])
        for day in days
        if working.is_working(day)
    ]
