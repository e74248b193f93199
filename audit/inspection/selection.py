"""The draw itself: from a seed, a frame of entries and the plan to the sample. Pure, whole numbers only.

Every entry gets as many lots as it weighs. Lot `n` of a case is SHA-256 over "seed/subject/n". Of each station those
entries are drawn that hold the lowest lots. An entry of weight w so comes before another with the chance of a weighted
draw without replacement (Efraimidis and Spirakis 2006: the least of w uniform numbers orders as u^(1/w) does), without a
logarithm that another machine might round otherwise. Whoever has seed and frame can draw again with `sha256sum`.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

KEY, RANDOM, PICKED = "key", "random", "picked"
"""Why a case is in the sample: key business, by lot, or an inspector's own choice with a reason."""
HEAVIEST = 10
"""No entry has more lots than this: risk leads the draw, it does not decide it."""


@dataclass(frozen=True, order=True)
class Entry:
    """One line of the frame: a case that could be drawn."""

    subject: str
    """app.model:key."""
    station: str
    """Unit code of the station it belongs to; the draw goes station by station."""
    key: bool
    """Key business."""
    weight: int
    """Lots it gets, 1 to HEAVIEST."""
    risks: tuple[str, ...] = ()
    """What its weight comes from, by code."""

    def line(self) -> list[object]:
        """As it stands in the published frame."""
        return [self.subject, self.station, int(self.key), self.weight, list(self.risks)]


@dataclass(frozen=True)
class Shares:
    """What part of which entries is drawn."""

    key_percent: int
    """Of key business, per cent."""
    share_permille: int
    """Of everything else, per thousand."""
    least: int
    """At least this many of everything else at each station, as far as there are any."""


@dataclass(frozen=True)
class Drawn:
    """A case in the sample."""

    entry: Entry
    stratum: str
    """KEY or RANDOM."""
    lot: str
    """The lowest of its lots, 64 hex digits."""


def lot(seed: str, subject: str, number: int) -> str:
    """One lot, 64 hex digits."""
    return hashlib.sha256(f"{seed}/{subject}/{number}".encode()).hexdigest()


def lowest(seed: str, entry: Entry) -> str:
    """The lowest of the lots an entry holds."""
    return min(lot(seed, entry.subject, number) for number in range(1, entry.weight + 1))


def draw(seed: str, entries: Iterable[Entry], shares: Shares) -> list[Drawn]:
    """The sample: key business first, each by its lot. The order of `entries` makes no difference."""
    strata: defaultdict[tuple[str, str], list[Drawn]] = defaultdict(list)
    for entry in entries:
        stratum = KEY if entry.key else RANDOM
        strata[stratum, entry.station].append(Drawn(entry, stratum, lowest(seed, entry)))
    wanted: dict[str, Callable[[int], int]] = {
        KEY: lambda there: _part(there, shares.key_percent, 100),
        RANDOM: lambda there: min(there, max(shares.least, _part(there, shares.share_permille, 1000))),
    }
    found = [
        drawn
        for (stratum, _station), there in strata.items()
        for drawn in sorted(there, key=_by_lot)[: wanted[stratum](len(there))]
    ]
    return sorted(found, key=lambda drawn: (drawn.stratum, *_by_lot(drawn)))


def _part(there: int, share: int, of: int) -> int:
    """The share of `there`, rounded up: a floor is a floor."""
    return -(-there * share // of)


def _by_lot(drawn: Drawn) -> tuple[str, str]:
    return drawn.lot, drawn.entry.subject
