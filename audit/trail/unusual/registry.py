"""What a rule of unusual use is, and the register of all rules; layers above add their own in `AppConfig.ready()`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from django.utils.functional import Promise

from hukou.kernel import canonical
from hukou.kernel.clock import CITY_TIME
from hukou.kernel.working_time import WorkingTime


@dataclass(frozen=True)
class Use:
    """One event as rules read it."""

    event_id: int
    at: datetime
    action: str
    officer_id: int
    office_id: int | None
    case_id: int | None
    workstation: str
    pages: int = 0
    """Pictures of pages shown with it."""

    @property
    def day(self) -> date:
        """The day in the city."""
        return self.at.astimezone(CITY_TIME).date()


@dataclass(frozen=True)
class Thresholds:
    """What is still usual (settings HUKOU_UNUSUAL_…)."""

    margin_minutes: int
    """Before office hours begin and after they end."""
    cases_an_hour: int
    pages_an_hour: int
    searches_a_day: int
    """Searches after which no case was opened."""
    refusals_an_hour: int


@dataclass(frozen=True)
class Surroundings:
    """What a rule may know besides the events."""

    thresholds: Thresholds
    working: WorkingTime = field(default_factory=WorkingTime)
    homes: Mapping[int, frozenset[int]] = field(default_factory=dict)
    """Case → offices that have business with it. A case that is not in it says nothing."""


@dataclass(frozen=True)
class Finding:
    """Something that stands out."""

    rule: str
    officer_id: int
    office_id: int | None
    """For which office they acted at first."""
    since: datetime
    until: datetime
    count: int
    """How many of what the rule counts."""
    events: tuple[int, ...]
    """Keys of the events behind it, oldest first."""

    @cached_property
    def key(self) -> str:
        """The same finding has the same key whenever the rules are run: 16 hex digits."""
        return canonical.digest({"rule": self.rule, "officer": self.officer_id, "first": self.events[0]})[:16]


@dataclass(frozen=True)
class Rule:
    """One thing to look for."""

    name: str
    """Stable, snake_case."""
    label: str | Promise
    about: Callable[[Thresholds], str]
    """What it looks for, with its threshold, in the current language."""
    find: Callable[[Sequence[Use], Surroundings], Iterator[Finding]]
    """Findings among the uses of one officer, oldest first. Pure."""


_rules: dict[str, Rule] = {}


def register(rule: Rule) -> None:
    """Add a rule. Raises ValueError for a name that is taken."""
    if rule.name in _rules:
        raise ValueError(f"rule {rule.name!r} is registered already")
    _rules[rule.name] = rule


def registered() -> dict[str, Rule]:
    """All rules by name, in the order they were registered."""
    return dict(_rules)


Homes = Callable[[set[int]], dict[int, frozenset[int]]]
_homes: list[Homes] = []


def register_homes(homes: Homes) -> None:
    """Say who knows which offices have business with a case: the layer of the cases."""
    _homes.append(homes)


def homes_of(cases: set[int]) -> dict[int, frozenset[int]]:
    """Case → offices that have business with it, as the registered layers know."""
    found: dict[int, frozenset[int]] = {}
    for homes in _homes if cases else ():
        for case, offices in homes(cases).items():
            found[case] = found.get(case, frozenset()) | offices
    return found
