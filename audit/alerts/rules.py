"""Alert rules: what the layer that knows a fact registers, so that its lateness is found by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True)
class Due:
    """One thing that is due an alert."""

    subject: str
    """app.model:key of what it is about."""
    office_id: int
    """The office that has to act."""
    due_at: datetime
    """The moment that has passed. Another moment (an extension) is another alert."""
    rung: int = 1
    """Step of the escalation, from 1."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """What else; ids, codes, case numbers. Never personal data, no floats."""


@dataclass(frozen=True)
class AlertRule:
    """A rule by name."""

    name: str
    """noun.verb, e.g. "case.capture_overdue"; never renamed once alerts of it exist."""
    label: str | Promise
    """What is wrong, in words for the officer."""
    find: Callable[[datetime], Iterable[Due]]
    """Everything that is due an alert at that moment; it may name what was raised before."""


_rules: dict[str, AlertRule] = {}


def register(rule: AlertRule) -> None:
    """Make a rule known; call it in `AppConfig.ready()`. Raises ValueError when the name is taken."""
    if rule.name in _rules:
        raise ValueError(f"alert rule {rule.name!r} is registered already")
    _rules[rule.name] = rule


def registered() -> dict[str, AlertRule]:
    """All rules by name."""
    return dict(_rules)


def label_of(name: str) -> str:
    """The words of a rule in the current language; its name when a later version dropped it."""
    return str(_rules[name].label) if name in _rules else name
