"""What may be said in a text: a fixed sentence per kind, whose slots take nothing but case numbers, names of the catalogue,
labels of rules and counts. A citizen's name has no way in; digits that look like a person's are refused besides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import override

from hukou.catalogue.models import SubType

Slot = Callable[[Any], str]
"""A value as words; raises UnfitText when it is not of the slot's sort."""
LANGUAGE = "zh-hans"
"""Of every text, whatever language the screens have."""
CASE_NUMBER = re.compile(r"\d{29}")
# ID numbers of 18 and 15 digits and mobile numbers, standing by themselves; the 29 digits of a case number do not match.
_PERSONAL = re.compile(r"(?<!\d)(\d{17}[\dXx]|\d{15}|1[3-9]\d{9})(?!\d)")


class UnfitText(ValueError):
    """A text that must not leave the house: a mistake of the program, never of an officer."""


@dataclass(frozen=True)
class Kind:
    """One sort of text."""

    name: str
    label: str | Promise
    """What it is called in lists."""
    sentence: str | Promise
    """With a `{name}` for every slot."""
    slots: Mapping[str, Slot]


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind known; call it in `AppConfig.ready()`. Raises ValueError when the name is taken."""
    if kind.name in _kinds:
        raise ValueError(f"text kind {kind.name!r} is registered already")
    _kinds[kind.name] = kind


def compose(name: str, said: Mapping[str, Any]) -> str:
    """The text of that kind. Raises UnfitText for unknown or missing slots and for what looks like personal data."""
    kind = _kinds[name]
    if set(said) != set(kind.slots):
        raise UnfitText(f"{name}: slots are {sorted(kind.slots)}")
    with override(LANGUAGE):
        text = str(kind.sentence).format_map({slot: kind.slots[slot](value) for slot, value in said.items()})
    if _PERSONAL.search(text):
        raise UnfitText(f"{name}: digits like those of a person")
    return text


def label_of(name: str) -> str:
    """The words for a kind in the current language; the name itself when a later version dropped it."""
    return str(_kinds[name].label) if name in _kinds else name


def registered() -> dict[str, Kind]:
    """All kinds by name."""
    return dict(_kinds)


def case_number(value: Any) -> str:
    """Slot: the number of a case."""
    if not isinstance(value, str) or not CASE_NUMBER.fullmatch(value):
        raise UnfitText("not a case number")
    return value


def sub_type(value: Any) -> str:
    """Slot: the name a sub-type has in the catalogue."""
    if not isinstance(value, SubType):
        raise UnfitText("not a sub-type")
    return value.name_zh


def count(value: Any) -> str:
    """Slot: how many."""
    if not isinstance(value, int) or not 0 <= value < 10**9:
        raise UnfitText("not a count")
    return str(value)
