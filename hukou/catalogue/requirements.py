"""What is still missing, and why: pure, for sub-type + facts + ticks + pages present (domain.md §2.5).

A line is needed when it is always required, when all its facts hold, or when the officer ticked it. An any-of group
asks, on top of that, for a number of complete members, whichever they are: proof of another ground never replaces the
proof of the ground that holds, and a group can never pass empty. A group falls due with the latest stage among its
members, because until then a paper that satisfies it may rightly still come.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from .errors import NotOfSubType
from .types import STAGES, MaterialSpec, SubTypeSpec


class Why(StrEnum):
    """Why a material is needed."""

    ALWAYS = "always"
    FACT = "fact"
    JUDGED = "judged"
    GROUP = "group"
    """Through its any-of group: complete, it counts for it; empty, it could, and the group is not satisfied yet."""
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
    """When it is due: the line's stage; for a line needed only by its group, the group's."""
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
class Missing:
    """One thing the case lacks: a material, or more members of an any-of group."""

    codes: tuple[str, ...]
    """The material; of a group all members that could still come."""
    group: str | None
    count: int
    """Pages of the material, or members of the group, still to come."""


@dataclass(frozen=True)
class Completeness:
    """The answer for a whole sub-type."""

    slots: tuple[SlotState, ...]
    """All lines in catalogue order, also those not due yet."""
    groups: Mapping[str, int]
    """Any-of group → how many more of its members are needed."""
    stages: tuple[str, ...]
    """The stages asked about; only what is due at these can be missing."""

    @property
    def missing(self) -> tuple[Missing, ...]:
        """What is due and lacks pages; the open members of a group count as one."""
        found: dict[str, Missing] = {}
        for slot in self.slots:
            if not slot.lacking or slot.stage not in self.stages:
                continue
            if slot.why == Why.GROUP and slot.group is not None:
                codes = found[slot.group].codes if slot.group in found else ()
                found[slot.group] = Missing((*codes, slot.code), slot.group, self.groups[slot.group])
            else:
                found[slot.code] = Missing((slot.code,), None, slot.lacking)
        return tuple(found.values())

    @property
    def complete(self) -> bool:
        """True when nothing due is missing and no slot due holds too many pages."""
        overfull = any(slot.too_many for slot in self.slots if slot.stage in self.stages)
        return not self.missing and not overfull

    def slot(self, code: str) -> SlotState:
        """The slot of a material. Raises LookupError."""
        for slot in self.slots:
            if slot.code == code:
                return slot
        raise LookupError(code)


def completeness(
    spec: SubTypeSpec,
    *,
    facts: frozenset[str],
    judged: frozenset[str],
    pages: Mapping[str, int],
    stages: tuple[str, ...] = ("acceptance",),
) -> Completeness:
    """Hold the sub-type against the pages present (material code → live pages), at the `stages` now due.

    Facts the sub-type never asks about mean nothing here. Raises NotOfSubType for pages of a material it does not
    have, or a tick on a line that is not left to the officer's judgement: silence would hide a lost page.
    """
    lines = {line.code: line for line in spec.materials}
    judgeable = {code for code, line in lines.items() if line.condition_mode == "officer_judgement"}
    for code in sorted((pages.keys() - lines.keys()) | (judged - judgeable)):
        raise NotOfSubType(material=code, subtype=spec.code)
    if not set(stages) <= set(STAGES):
        raise ValueError(f"stages are {STAGES}")
    shortage = {group: _shortage(spec, group, least, pages) for group, least in spec.any_of.items()}
    due = {group: _latest_stage(spec, group) for group in spec.any_of}
    slots = tuple(_slot(line, _why(line, facts, judged, pages, shortage), due, pages) for line in spec.materials)
    return Completeness(slots, shortage, stages)


def _shortage(spec: SubTypeSpec, group: str, least: int, pages: Mapping[str, int]) -> int:
    complete = [line for line in spec.members(group) if pages.get(line.code, 0) >= line.min_pages]
    return max(0, least - len(complete))


def _latest_stage(spec: SubTypeSpec, group: str) -> str:
    return max((line.stage for line in spec.members(group)), key=STAGES.index)


def _why(
    line: MaterialSpec,
    facts: frozenset[str],
    judged: frozenset[str],
    pages: Mapping[str, int],
    shortage: Mapping[str, int],
) -> Why:
    if line.required:
        return Why.ALWAYS
    if line.condition_mode == "fact" and facts.issuperset(line.when):
        return Why.FACT
    if line.condition_mode == "officer_judgement" and line.code in judged:
        return Why.JUDGED
    if line.any_of_group is not None and (shortage[line.any_of_group] or pages.get(line.code, 0) >= line.min_pages):
        return Why.GROUP
    return Why.NOT_NEEDED


def _slot(line: MaterialSpec, why: Why, due: Mapping[str, str], pages: Mapping[str, int]) -> SlotState:
    present = pages.get(line.code, 0)
    needed = why != Why.NOT_NEEDED
    lacking = max(0, line.min_pages - present)
    if lacking:
        empty = State.MISSING if needed else State.NOT_NEEDED
        state = State.PARTIAL if present else empty
    else:
        state = State.COMPLETE if needed else State.OPTIONAL_PRESENT
    return SlotState(
        code=line.code,
        stage=due[line.any_of_group] if why == Why.GROUP and line.any_of_group is not None else line.stage,
        needed=needed,
        why=why,
        group=line.any_of_group,
        present=present,
        lacking=lacking if needed else 0,
        too_many=max(0, present - line.max_pages),
        state=state,
    )


def reason_text(spec: SubTypeSpec, slot: SlotState) -> str:
    """Why the slot is needed, for people; empty when it is not."""
    line = spec.material(slot.code)
    if slot.why == Why.ALWAYS:
        return _("always required")
    if slot.why == Why.FACT:
        return _("required because: {facts}").format(facts=line.condition)
    if slot.why == Why.JUDGED:
        return _("required by the officer's judgement")
    if slot.why == Why.GROUP:
        return _("any one of its group")
    return ""


def missing_text(spec: SubTypeSpec, missing: Missing) -> str:
    """What is missing, in the reader's language: a material's name, or the names a group leaves to choose from."""
    names = [spec.material(code).name for code in missing.codes]
    if missing.group is None:
        return names[0]
    return _("{count} of: {names}").format(count=missing.count, names=" / ".join(names))
