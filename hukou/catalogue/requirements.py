"""What is still missing, and why: pure, for sub-type + facts + ticks + pages present (domain.md §2.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from .types import STAGES, MaterialSpec, SubTypeSpec, facts_of


class Why(StrEnum):
    """Why a material is needed."""

    ALWAYS = "always"
    FACT = "fact"
    JUDGED = "judged"
    GROUP = "group"
    """Its any-of group is not satisfied yet."""
    NOT_NEEDED = "not_needed"


class State(StrEnum):
    """How far a slot is."""

    MISSING = "missing"
    PARTIAL = "partial"
    COMPLETE = "complete"
    NOT_NEEDED = "not_needed"
    OPTIONAL_PRESENT = "optional_present"


@dataclass(frozen=True)
class SlotState:
    """One material line against what is there."""

    code: str
    stage: str
    needed: bool
    why: Why
    group: str | None
    present: int
    """Pages there are."""
    lacking: int
    """Pages still to come before the line is satisfied; 0 when not needed."""
    too_many: int
    """Pages above max_pages."""
    state: State


@dataclass(frozen=True)
class Completeness:
    """The answer for a whole sub-type."""

    slots: tuple[SlotState, ...]
    """All lines of the stages asked about, in catalogue order."""
    groups: Mapping[str, int]
    """Any-of group → how many more of its members are needed."""

    @property
    def missing(self) -> tuple[SlotState, ...]:
        """Needed lines that lack pages."""
        return tuple(slot for slot in self.slots if slot.needed and slot.lacking)

    @property
    def complete(self) -> bool:
        """True when nothing is missing and no slot holds too many pages."""
        return not self.missing and not any(slot.too_many for slot in self.slots)


def completeness(
    spec: SubTypeSpec,
    *,
    facts: frozenset[str],
    judged: frozenset[str],
    pages: Mapping[str, int],
    stages: tuple[str, ...] = STAGES,
) -> Completeness:
    """Hold the lines of `stages` against the pages present.

    A line is needed when it is required; when its condition mode is "fact" and all its facts hold; or when
    the officer ticked it. Members of an any-of group are needed only as long as the group lacks members: those
    whose own condition holds, or all of them while none does, so that a group can never pass empty.
    """
    lines = [line for line in spec.materials if line.stage in stages]
    shortage: dict[str, int] = {}
    choices: set[str] = set()
    for group, least in spec.any_of.items():
        members = [line for line in lines if line.any_of_group == group]
        if not members:
            continue
        there = sum(pages.get(line.code, 0) >= line.min_pages for line in members)
        shortage[group] = max(0, least - there)
        if shortage[group]:
            applying = {line.code for line in members if _applies(line, facts, judged)}
            lacking = {line.code for line in members if pages.get(line.code, 0) < line.min_pages}
            choices |= (applying & lacking) or lacking
    return Completeness(tuple(_slot(line, facts, judged, pages, choices) for line in lines), shortage)


def _slot(
    line: MaterialSpec,
    facts: frozenset[str],
    judged: frozenset[str],
    pages: Mapping[str, int],
    choices: set[str],
) -> SlotState:
    why = _why(line, facts, judged, choices)
    needed = why != Why.NOT_NEEDED
    present = pages.get(line.code, 0)
    lacking = max(0, line.min_pages - present)
    if lacking and not needed:
        state = State.OPTIONAL_PRESENT if present else State.NOT_NEEDED
    elif lacking:
        state = State.PARTIAL if present else State.MISSING
    else:
        state = State.COMPLETE if needed else State.OPTIONAL_PRESENT
    return SlotState(
        code=line.code,
        stage=line.stage,
        needed=needed,
        why=why,
        group=line.any_of_group,
        present=present,
        lacking=lacking if needed else 0,
        too_many=max(0, present - line.max_pages),
        state=state,
    )


def _why(line: MaterialSpec, facts: frozenset[str], judged: frozenset[str], choices: set[str]) -> Why:
    if line.any_of_group is not None:
        return Why.GROUP if line.code in choices else Why.NOT_NEEDED
    if not _applies(line, facts, judged):
        return Why.NOT_NEEDED
    return {"fact": Why.FACT, "officer_judgement": Why.JUDGED}.get(line.condition_mode, Why.ALWAYS)


def _applies(line: MaterialSpec, facts: frozenset[str], judged: frozenset[str]) -> bool:
    if line.required:
        return True
    if line.condition_mode == "fact":
        return facts.issuperset(line.when)
    return line.condition_mode == "officer_judgement" and line.code in judged


def reason_text(spec: SubTypeSpec, slot: SlotState, meta: Mapping[str, object] | None = None) -> str:
    """Why the slot is needed, for people; empty when it is not."""
    line = spec.material(slot.code)
    if slot.why == Why.ALWAYS:
        return _("always required")
    if slot.why == Why.FACT:
        if meta is not None:
            names = facts_of(meta)
            return _("required because: {facts}").format(facts="、".join(names[fact].name for fact in line.when))
        return _("required because: {facts}").format(facts=line.condition)
    if slot.why == Why.JUDGED:
        return _("required by the officer's judgement")
    if slot.why == Why.GROUP:
        return _("any one of its group")
    return ""
