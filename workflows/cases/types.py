"""Frozen views of a case that screens and papers are made from."""

from __future__ import annotations

from dataclasses import dataclass, field

from hukou.catalogue.types import MaterialSpec

from .models import Case, HeldPage, Material, MaterialPage

LACKING = ("missing", "partial")
"""States in which a needed slot lacks something."""


@dataclass(frozen=True)
class Slot:
    """One material slot as the screens show it."""

    material: Material
    spec: MaterialSpec
    needed: bool
    """Required in this case, given its facts and ticks."""
    state: str
    """missing | partial | complete | not_needed | optional_present, as `catalogue.requirements` says."""
    why: str
    """Why it is needed, in the current language; empty when it is not."""
    due: str
    """The stage at which it must be there, when needed: acceptance | investigation | completion."""
    choice: str | None = None
    """The any-of group through which alone it is needed; None when it is needed for itself."""
    pages: tuple[MaterialPage, ...] = field(default=())

    @property
    def is_portrait(self) -> bool:
        """True for the picture of the person at the window."""
        return self.spec.code == "M_SITE_PHOTO"


@dataclass(frozen=True)
class CaseFolder:
    """A case with its slots: what the clerk has before them."""

    case: Case
    slots: tuple[Slot, ...]

    @property
    def missing(self) -> tuple[Slot, ...]:
        """Needed slots that are not complete, of every stage."""
        return tuple(slot for slot in self.slots if slot.needed and slot.state in LACKING)

    @property
    def counts(self) -> dict[str, int]:
        """Material code → pages in its slot."""
        return {slot.spec.code: len(slot.pages) for slot in self.slots}

    def missing_of(self, *stages: str) -> tuple[Slot, ...]:
        """Needed slots due at `stages` that are not complete."""
        return tuple(slot for slot in self.missing if slot.due in stages)


@dataclass(frozen=True)
class Captured:
    """What became of one picture laid into a case."""

    placed: tuple[MaterialPage, ...] = ()
    held: tuple[HeldPage, ...] = ()
    """Pages that wait for a word: see `pages.keep_page`."""
