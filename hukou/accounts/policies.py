"""The one decision place: may this officer do this to this thing?

Upper layers register a rule per action name in `AppConfig.ready()`; every view, job and command asks here.
An action nobody registered is refused, so a forgotten rule is never an open door.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hukou.kernel import once
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


def register(action: str, rule: Rule) -> None:
    """Register the rule of `action`, e.g. "case.accept". A second rule for the same action is a mistake."""
    if action in _rules:
        raise ValueError(f"action {action!r} has a rule already")
    _rules[action] = rule


def registered() -> dict[str, Rule]:
    """All rules by action, for conformance tests."""
    return dict(_rules)


def ruling(by: Officer, action: str, subject: Any = None, *, duties: list[Duty] | None = None) -> Ruling:
    """Ask whether `by` may do `action` to `subject` today. `duties`: those of the officer, where they are known."""
    if not getattr(by, "is_active", False):
        return no(_("the account is not active"))
    rule = _rules.get(action)
    if rule is None:
        return no(_("nobody may do this"))
    return rule(by, duties_of(by) if duties is None else duties, subject)


def duties_of(by: Officer) -> list[Duty]:
    """The duties of `by` today; asked once for all a screen shows."""
    return once.ask(("duties", by.pk), lambda: list(by.duties_on()))


def allow(by: Officer, action: str, subject: Any = None) -> bool:
    """True when `by` may do `action` to `subject` today; for showing and hiding buttons."""
    return ruling(by, action, subject).allowed


def require(by: Officer, action: str, subject: Any = None, *, duties: list[Duty] | None = None) -> None:
    """Raise NotPermitted with the reason unless `by` may do `action` to `subject` today; see `ruling`."""
    answer = ruling(by, action, subject, duties=duties)
    if not answer.allowed:
        raise NotPermitted(reason=answer.reason, action=action)
