"""The names of what can happen. Each layer registers its own in `AppConfig.ready()`; an unknown name is refused."""

from __future__ import annotations

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .errors import UnregisteredAction

SHAPE = re.compile(r"^[a-z_]+\.[a-z_]+(\.refused)?$")
"""`noun.verb`, and `noun.verb.refused` for a request that was refused."""

_labels: dict[str, str | Promise] = {}


def register_action(name: str, label: str | Promise) -> None:
    """Make `name` (shape `noun.verb`, e.g. "case.accepted") known, with the words a reader sees for it.

    Raises ValueError for a bad shape or a name that is taken.
    """
    if not SHAPE.match(name):
        raise ValueError(f"{name!r} is not of the shape noun.verb")
    if name in _labels:
        raise ValueError(f"action {name!r} is registered already")
    _labels[name] = label


def register_refusal(action: str, label: str | Promise | None = None) -> str:
    """Make `<action>.refused` known and return that name. Several verbs may share one; the first label stays."""
    name = f"{action}.refused"
    if name not in _labels:
        register_action(name, label or _("Request refused"))
    return name


def require(name: str) -> None:
    """Raise UnregisteredAction unless somebody registered `name`."""
    if name not in _labels:
        raise UnregisteredAction(f"{name!r} is not a registered action; call register_action in AppConfig.ready()")


def label_of(name: str) -> str:
    """The words for `name` in the current language; the name itself when a later version dropped it."""
    return str(_labels.get(name, name))


def registered_actions() -> dict[str, str | Promise]:
    """All names with their labels, for conformance tests and filters."""
    return dict(_labels)
