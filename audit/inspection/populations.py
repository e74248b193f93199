"""What can be inspected: the layer that knows the cases says which there are, how risky each is and whose work it was."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, Q
from django.utils.functional import Promise

from .selection import HEAVIEST


@dataclass(frozen=True)
class Candidate:
    """One thing that could be drawn."""

    subject: str
    """app.model:key, e.g. "cases.case:17"."""
    title: str
    """What a list calls it, e.g. the case number. Never personal data."""
    case_id: int | None
    """The case whose timeline tells of its inspection."""
    station_id: int
    officer_id: int | None
    """Who accepted it and answers for it first (首问责任)."""
    key: bool
    """Key business: drawn as a matter of course."""
    risks: tuple[str, ...] = ()
    """Codes of `Population.risks` that hold."""


@dataclass(frozen=True)
class Risk:
    """A reason to look at a case rather than at another."""

    label: str | Promise
    points: int
    """Lots it adds to the one everybody has."""


@dataclass(frozen=True)
class Concern:
    """Somebody who worked on it."""

    officer_id: int
    part: str | Promise
    """What they did, in words: "accepted", "decided, level 2"."""


@dataclass(frozen=True)
class Population:
    """One kind of thing to inspect."""

    model: str
    """app.model before the colon of its subjects."""
    candidates: Callable[[Collection[int], date, date], Iterable[Candidate]]
    """Everything of these stations (by key) that came to its end from the first to the last day. What a period answers
    never changes once the period is over, but for the risks."""
    find: Callable[[str], Candidate | None]
    """One of them by its subject, whenever it came to its end; None when there is no such or it is not closed."""
    concerned: Callable[[str], Sequence[Concern]]
    """Who worked on a subject, the first answerable first."""
    unfinished: Callable[[str], bool]
    """True while pages are being added to it: a rectification cannot be answered then."""
    risks: Mapping[str, Risk] = field(default_factory=dict)
    secret: Callable[[str], Exists] | None = None
    """Whether a row is about something secret, asked of the column with its case: inspected, and in no number (`told`)."""

    def weight(self, candidate: Candidate) -> int:
        """How many lots a candidate gets."""
        return min(HEAVIEST, 1 + sum(self.risks[code].points for code in candidate.risks))


_populations: dict[str, Population] = {}


def register(population: Population) -> None:
    """Make a population known; call it in `AppConfig.ready()`. Raises ValueError when its model has one."""
    if population.model in _populations:
        raise ValueError(f"{population.model!r} has a population already")
    _populations[population.model] = population


def registered() -> list[Population]:
    """All populations, in the order of their models."""
    return [_populations[model] for model in sorted(_populations)]


def of(subject: str) -> Population:
    """The population a subject belongs to. Raises KeyError when a later version dropped it."""
    return _populations[subject.partition(":")[0]]


def told(column: str) -> Q:
    """The rows that are counted by office: none about a case that is secret. `column` holds the case of a row.

    Whoever inspects reads the case itself; whoever reads numbers must not find it as the difference of two of them.
    """
    found = Q()
    for population in registered():
        if population.secret is not None:
            found &= Q(~population.secret(column))
    return found


def risk_label(code: str) -> str:
    """The words of a risk in the current language; its code when no population knows it."""
    return next((str(p.risks[code].label) for p in _populations.values() if code in p.risks), code)
