"""The names of what can happen. Each layer registers its own in `AppConfig.ready()`; an unknown name is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hukou.kernel.errors import DomainError

from .errors import UnregisteredAction

SHAPE = re.compile(r"^[a-z_]+\.[a-z_]+(\.refused)?$")
"""`noun.verb`, and `noun.verb.refused` for a request that was refused."""


class Kind(StrEnum):
    """What sort of thing an event tells of. A name has one kind for ever; no column holds it."""

    ACT = "act"
    """A person or a job changed something."""
    VIEW = "view"
    """A person was shown, searched, printed or exported something; nothing changed."""
    REFUSAL = "refusal"
    """Something was asked for and not granted."""
    SYSTEM = "system"
    """The machinery itself: started, migrated, a job failed."""
    STEP = "step"
    """The machinery on its way to an act that is told itself: a job begun."""

    @property
    def quiet(self) -> bool:
        """True for what a reader has to ask for."""
        return self in (Kind.VIEW, Kind.STEP)


Text = str | Promise | Callable[[Mapping[str, Any]], str]
"""The details of an event in words: a pattern with `{key}` for a detail, or a function of the details."""


@dataclass(frozen=True)
class Words:
    """What a reader sees for an action."""

    label: str | Promise
    text: Text
    """May be ""."""
    kind: Kind


_words: dict[str, Words] = {}


def register_action(name: str, label: str | Promise, text: Text = "", *, kind: Kind = Kind.ACT) -> None:
    """Make `name` (shape `noun.verb`, e.g. "case.accepted") known, with the words a reader sees for it.

    `text` puts the details into words, e.g. _("number {number}"). `kind` is for filters of readers. Raises ValueError
    for a bad shape or a name that is taken.
    """
    if not SHAPE.match(name):
        raise ValueError(f"{name!r} is not of the shape noun.verb")
    if name in _words:
        raise ValueError(f"action {name!r} is registered already")
    _words[name] = Words(label, text, kind)


def register_refusal(action: str, label: str | Promise | None = None) -> str:
    """Make `<action>.refused` known and return that name. Several verbs may share one; the first label stays."""
    name = f"{action}.refused"
    if name not in _words:
        register_action(name, label or _("Request refused"), refusal_text, kind=Kind.REFUSAL)
    return name


def says_refused(name: str) -> bool:
    """True for `noun.verb.refused`. "case.refused" is a decision, not a request that was refused."""
    return name.count(".") == 2


def kind_of(name: str) -> Kind:
    """What sort of thing `name` tells of; ACT for a name a later version dropped, so that it is always shown."""
    return _words[name].kind if name in _words else Kind.ACT


def names_of(kind: Kind) -> frozenset[str]:
    """All registered names of one kind."""
    return frozenset(name for name, words in _words.items() if words.kind is kind)


def quiet_names() -> frozenset[str]:
    """All registered names a reader has to ask for: who merely looked, and the machinery's own steps."""
    return frozenset(name for name, words in _words.items() if words.kind.quiet)


def require(name: str) -> None:
    """Raise UnregisteredAction unless somebody registered `name`."""
    if name not in _words:
        raise UnregisteredAction(f"{name!r} is not a registered action; call register_action in AppConfig.ready()")


def label_of(name: str) -> str:
    """The words for `name` in the current language; the name itself when a later version dropped it."""
    return str(_words[name].label) if name in _words else name


def text_of(name: str, details: Mapping[str, Any]) -> str:
    """The details of an event in words; "" when the action has none or its details do not fill them."""
    if name not in _words:
        return ""
    text = _words[name].text
    try:
        return text(details) if callable(text) else str(text).format_map(details)
    except (LookupError, AttributeError):
        return ""


def refusal_text(details: Mapping[str, Any]) -> str:
    """Why a request was refused: what the error says, or its code where the error speaks of data the trail has not."""
    code = details["code"]
    kinds = [DomainError]
    for kind in kinds:
        kinds.extend(kind.__subclasses__())
        if kind.code == code and "{" not in str(kind.message):
            return str(kind.message)
    return gettext("reason code: {code}").format(code=code)


def registered_actions() -> dict[str, Words]:
    """All names with their words, for conformance tests and filters."""
    return dict(_words)
