"""Alert rules: what the layer that knows a fact registers, so that its lateness is found by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(StrEnum):
    """What sort of thing is wrong; the first five are those of the city's circular (domain.md §4.1)."""

    MISSING = "missing"
    INCOMPLETE = "incomplete"
    LATE = "late"
    AGAINST_RULES = "against_rules"
    ADDED = "added"
    DELIVERY = "delivery"
    SYSTEM = "system"
    RISK = "risk"
    DUTY = "duty"
    SOON = "soon"
    """Not late yet: a warning, counted apart from what is."""

    @property
    def label(self) -> str:
        """Words for the kind in the current language."""
        return str(_KINDS[self])


_KINDS: dict[Kind, str | Promise] = {
    Kind.MISSING: pgettext_lazy("kind of alert", "not uploaded"),
    Kind.INCOMPLETE: pgettext_lazy("kind of alert", "incomplete"),
    Kind.LATE: pgettext_lazy("kind of alert", "late"),
    Kind.AGAINST_RULES: pgettext_lazy("kind of alert", "captured against the rules"),
    Kind.ADDED: pgettext_lazy("kind of alert", "added after filing"),
    Kind.DELIVERY: pgettext_lazy("kind of alert", "not delivered"),
    Kind.SYSTEM: pgettext_lazy("kind of alert", "system"),
    Kind.RISK: pgettext_lazy("kind of alert", "risk"),
    Kind.DUTY: pgettext_lazy("kind of alert", "duty not done"),
    Kind.SOON: pgettext_lazy("kind of alert", "soon late"),
}


class Level(StrEnum):
    """Who is told at a rung, as seen from the office concerned."""

    OFFICE = "office"
    """Everybody on case duty at the office concerned."""
    LEADER = "leader"
    """Its leaders; the office above it where nobody leads."""
    BRANCH = "branch"
    """The branch bureau above it."""
    CITY = "city"
    """The city bureau."""

    @property
    def label(self) -> str:
        """Words for the level in the current language."""
        return str(_LEVELS[self])


_LEVELS: dict[Level, str | Promise] = {
    Level.OFFICE: _("the office"),
    Level.LEADER: _("its leader"),
    Level.BRANCH: _("branch bureau"),
    Level.CITY: _("city bureau"),
}


@dataclass(frozen=True)
class Rung:
    """One step of an escalation."""

    number: int
    """From 1, without a gap."""
    working_days: int
    """Working days after the due moment, at the same time of day; never less than those of the rung before."""
    level: str
    """One of `Level`."""


LADDER = (Rung(1, 0, Level.OFFICE), Rung(2, 1, Level.LEADER), Rung(3, 3, Level.BRANCH), Rung(4, 5, Level.CITY))
"""The usual ladder: the office at once, its leader a working day later, the branch after three, the city after five."""
AT_ONCE = 3
"""The severity of what cannot wait."""
TEXT_FROM_RUNG = "text_from_rung"
"""Threshold every rule has: from this rung on the office is told by text (SMS) as well; 0 never."""
ONCE = (Rung(1, 0, Level.OFFICE),)
"""The office is told and nobody after it."""


@dataclass(frozen=True)
class Due:
    """One thing that is due an alert."""

    subject: str
    """app.model:key of what it is about; one rule has one timer for it."""
    office_id: int
    """The office that has to act."""
    due_at: datetime
    """The moment that has passed. Another moment (an extension) is another alert."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """What else; ids, codes, case numbers. Never personal data, no floats."""
    case_id: int | None = None
    """The case it belongs to; of "cases.case:7" it is known by itself."""


@dataclass(frozen=True)
class Glance:
    """A first look at a watched fact. Those of all rules are one statement, and `find` is asked where it sees something."""

    sees: str
    """A condition in SQL that is true whenever `find` names anything; it may be true more often, and then costs time.

    `{now}` stands for the moment, `{minutes}` for that threshold of the rule, `{name}` for what `given` has by that name.
    """
    given: Callable[[datetime], Mapping[str, Any]] | None = None
    """What else the condition needs at that moment. Keep it cheap; a question of its own would undo the gain."""


@dataclass(frozen=True)
class AlertRule:
    """A rule by name."""

    name: str
    """noun.verb, e.g. "case.capture_overdue"; never renamed once alerts of it exist."""
    label: str | Promise
    """What is wrong, in words for the officer."""
    find: Callable[[datetime], Iterable[Due]] | None = None
    """A watched fact: everything that is true and due at that moment. Asked every minute, so keep it on an index."""
    glance: Glance | None = None
    """Of a watched fact: what spares asking `find` in a minute in which nothing can be true."""
    about: str | Promise = ""
    """One sentence: what it looks for; `{name}` stands for a parameter."""
    kind: Kind = Kind.SYSTEM
    severity: int = 2
    """1 to be known, 2 to be mended, 3 at once."""
    ladder: tuple[Rung, ...] = LADDER
    """The steps as shipped; those in force are `terms.of(name).ladder`."""
    params: Mapping[str, int] = field(default_factory=dict)
    """Thresholds as shipped, whole numbers; those in force are `terms.of(name).params`."""
    standing: Callable[[], Iterator[Due]] | None = None
    """An armed fact: every timer that should stand now, for the reconciliation at night."""

    def __post_init__(self) -> None:
        if not 1 <= self.severity <= 3:
            raise ValueError(f"{self.name}: the severity is 1, 2 or 3")
        if self.glance is not None and self.find is None:
            raise ValueError(f"{self.name}: only a watched fact has a glance")
        check_ladder(self.ladder)

    @property
    def text_from_rung(self) -> int:
        """From which rung on the office is told by text as shipped: what cannot wait at once, what is to be mended from the branch on."""
        return {1: 0, 2: 3, AT_ONCE: 1}[self.severity]

    @property
    def watched(self) -> bool:
        """True when the sweep asks for the fact; False when the acts arm and disarm it."""
        return self.find is not None


def check_ladder(ladder: Iterable[Rung]) -> None:
    """Raise ValueError unless the rungs are numbered from 1 and never go back in time."""
    rungs = list(ladder)
    days = [rung.working_days for rung in rungs]
    if not rungs or [rung.number for rung in rungs] != list(range(1, len(rungs) + 1)):
        raise ValueError("the rungs of a ladder are numbered 1, 2, 3 …")
    if days != sorted(days) or days[0] < 0 or any(rung.level not in list(Level) for rung in rungs):
        raise ValueError("a rung is never earlier than the one before it, and is told to a known level")


_rules: dict[str, AlertRule] = {}


def register(rule: AlertRule) -> None:
    """Make a rule known; call it in `AppConfig.ready()`. Raises ValueError when the name is taken."""
    if rule.name in _rules:
        raise ValueError(f"alert rule {rule.name!r} is registered already")
    _rules[rule.name] = rule


def registered() -> dict[str, AlertRule]:
    """All rules by name."""
    return dict(_rules)


def get(name: str) -> AlertRule | None:
    """The rule of that name, None when a later version dropped it."""
    return _rules.get(name)


def label_of(name: str) -> str:
    """The words of a rule in the current language; its name when a later version dropped it."""
    return str(_rules[name].label) if name in _rules else name
