"""Which seals a step asks for (`meta.seal_by_step`): the words a catalogue may use, and what they mean."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class UnitSeal(StrEnum):
    """The two seals a unit has."""

    HUKOU = "hukou"
    """户口专用章"""
    APPROVAL = "approval"
    """户政审批专用章"""


OWN: Mapping[str, Collection[str]] = {
    "station": ("户籍民警签章", "派出所所领导签章"),
    "branch": ("分局户政大队审核人签章", "审批人签章"),
    "city": ("审批人签章",),
}
"""What the seal of the officer who takes the step is called, by the level of the office."""
UNIT: Mapping[str, Mapping[str, UnitSeal]] = {
    "station": {"户口专用章": UnitSeal.HUKOU, "户口专用章(当场办结件)": UnitSeal.HUKOU},
    "branch": {"分局户政审批专用章": UnitSeal.APPROVAL},
    "city": {"市局户政审批专用章": UnitSeal.APPROVAL},
}
"""What a unit's seal is called. It goes on only where the step ends its chain; 当场办结件 says so of the first step."""


@dataclass(frozen=True)
class StepSeals:
    """The seals of one step: the officer's own always, and the unit's beside it where the step decides."""

    step: str
    unit: UnitSeal | None


def words_of(step: str) -> tuple[str, ...]:
    """The words a catalogue may use for `step`."""
    level = step.partition("_")[0]
    return (*OWN[level], *UNIT[level])


def complete(step: str, words: Sequence[str]) -> bool:
    """True when `words` name the officer's own seal once, and at most one seal of the unit."""
    own = sum(word in OWN[step.partition("_")[0]] for word in words)
    return own == 1 and len(words) - own <= 1


def seals_of(said: Mapping[str, Sequence[str]], step: str) -> StepSeals:
    """The seals of `step`; `said`: `meta.seal_by_step` of a checked catalogue."""
    units = UNIT[step.partition("_")[0]]
    found = [units[word] for word in said[step] if word in units]
    return StepSeals(step, found[0] if found else None)


def said_in(meta: Mapping[str, Any]) -> Mapping[str, Sequence[str]]:
    """The part of a catalogue's `meta` that speaks of seals."""
    said: Mapping[str, Sequence[str]] = meta["seal_by_step"]
    return said
