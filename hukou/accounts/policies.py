"""The one decision place: may this officer do this to this thing?

Upper layers register a rule per action name in `AppConfig.ready()`; every view, job and command asks here.
An action nobody registered is refused, so a forgotten rule is never an open door.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hukou.kernel.errors import NotPermitted

from .models import Duty, Officer


@dataclass(frozen=True)
class Ruling:
    """The answer of a rule."""

    allowed: bool
    """Whether the officer may."""
    reason: str | Promise = ""
    """Why not, for the officer's eyes; empty when allowed."""


YES = Ruling(True)


def no(reason: str | Promise) -> Ruling:
    """Refuse with a reason."""
    return Ruling(False, reason)


Rule = Callable[[Officer, list[Duty], Any], Ruling]
_rules: dict[str, Rule] = {}
_looked_up: ContextVar[tuple[int, list[Duty]] | None] = ContextVar("looked_up", default=None)


def register(action: str, rule: Rule) -> None:
    """Register the rule of `action`, e.g. "case.accept". A second rule for the same action is a mistake."""
    if action in _rules:
        raise ValueError(f"action {action!r} has a rule already")
    _rules[action] = rule


def registered() -> dict[str, Rule]:
    """All rules by action, for conformance tests."""
    return dict(_rules)


def ruling(by: Officer, action: str, subject: Any = None) -> Ruling:
    """Ask whether `by` may do `action` to `subject` today."""
    if not getattr(by, "is_active", False):
        return no(_("the account is not active"))
    rule = _rules.get(action)
    if rule is None:
        return no(_("nobody may do this"))
    looked = _looked_up.get()
    duties = looked[1] if looked is not None and looked[0] == by.pk else list(by.duties_on())
    return rule(by, duties, subject)


@contextmanager
def looked_up_once(by: Officer) -> Iterator[None]:
    """Ask for the duties of `by` once for all rulings inside the block: for a screen that offers many acts.

    Never for an act itself, which must know the duties of its own moment.
    """
    token = _looked_up.set((by.pk, list(by.duties_on())))
    try:
        yield
    finally:
        _looked_up.reset(token)


def allow(by: Officer, action: str, subject: Any = None) -> bool:
    """True when `by` may do `action` to `subject` today; for showing and hiding buttons."""
    return ruling(by, action, subject).allowed


def require(by: Officer, action: str, subject: Any = None) -> None:
    """Raise NotPermitted with the reason unless `by` may do `action` to `subject` today."""
    answer = ruling(by, action, subject)
    if not answer.allowed:
        raise NotPermitted(reason=answer.reason, action=action)
