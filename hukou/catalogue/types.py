"""What the catalogue says, as frozen values. Checked in `checks`, read in `parsing`; never touches the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language

STEPS: tuple[str, ...] = (
    "station_accept",
    "station_review",
    "station_approve",
    "branch_review",
    "branch_approve",
    "city_approve",
)
"""Every step a chain may hold, in the order they may follow one another. The part before `_` is the office's level."""

STAGES: tuple[str, ...] = ("acceptance", "investigation", "completion")
"""When a material is due: before handing up, before sending up from the station, before filing."""

CONDITION_MODES: tuple[str, ...] = ("always", "fact", "officer_judgement")
RETENTIONS: tuple[str, ...] = ("permanent", "30y", "10y")


def stages_until(stage: str) -> tuple[str, ...]:
    """The stages due when `stage` is: `stages_until("investigation")` is acceptance and investigation."""
    return STAGES[: STAGES.index(stage) + 1]


def in_current_language(zh: str, en: str) -> str:
    """The Chinese name unless the reader chose English."""
    return en if (get_language() or "").startswith("en") else zh


PAPERS: dict[str, tuple[float, float]] = {
    "A3": (297.0, 420.0),
    "A4": (210.0, 297.0),
    "A5": (148.0, 210.0),
    "ID-1": (53.98, 85.6),
}
"""Papers of a known size, millimetres, shorter side first (ISO 216; ISO/IEC 7810)."""

QUALITY_RULES: tuple[str, ...] = (
    "sharpness",
    "glare",
    "brightness",
    "ink",
    "cut",
    "covered",
    "finger",
    "skew",
    "size",
    "dpi",
    "colour",
    "face",
)
"""Rules of the quality check that a material may set limits of its own for."""


@dataclass(frozen=True)
class CaptureSpec:
    """How a material is captured, where it differs from any sheet of paper (catalogue.json `capture`)."""

    paper: str | None = None
    """A name of PAPERS; None where the paper has no fixed size."""
    sides: int = 1
    """2: front and back are two pages, two lays under the camera."""
    colour: bool = False
    """A grey picture is not enough: stamps, red heads, photographs (DA/T 31-2017, 9.3)."""
    least_dpi: int = 200
    """Resolution asked for (DA/T 31-2017, 9.4): 200, or 300 for small, dense or faint print."""
    limits: Mapping[str, tuple[float, float]] = field(default_factory=dict, hash=False)
    """Rule → (warn, refuse), where this material needs other limits than any page. In the file they are decimal text."""

    @classmethod
    def from_entry(cls, entry: Mapping[str, Any]) -> CaptureSpec:
        """Build from a checked `capture` object; what it leaves out keeps its default."""
        limits = {rule: (float(warn), float(refuse)) for rule, (warn, refuse) in entry.get("limits", {}).items()}
        return cls(**{**entry, "limits": limits})

    @property
    def size_mm(self) -> tuple[float, float] | None:
        """Width and height of the paper, shorter side first, where it is known."""
        return None if self.paper is None else PAPERS[self.paper]


@dataclass(frozen=True)
class MaterialSpec:
    """One material line of a sub-type (catalogue.json `materials[]`)."""

    code: str
    name_zh: str
    name_en: str
    required: bool
    """True: always required. Otherwise `condition_mode` decides."""
    condition_mode: str
    """always | fact | officer_judgement"""
    when: tuple[str, ...]
    """Facts that must all hold, for condition_mode "fact"."""
    condition_zh: str
    condition_en: str
    min_pages: int
    max_pages: int
    original: bool
    notes: str
    keep: str
    signers: tuple[str, ...]
    stage: str
    """acceptance | investigation | completion"""
    any_of_group: str | None
    capture: CaptureSpec = CaptureSpec()

    @classmethod
    def from_entry(cls, entry: Mapping[str, Any]) -> MaterialSpec:
        """Build from a checked line of the file, also as copied to a case's material slot."""
        known = {name: entry[name] for name in cls.__dataclass_fields__ if name != "capture"}
        tuples = {"when": tuple(entry["when"]), "signers": tuple(entry["signers"])}
        return cls(**{**known, **tuples, "capture": CaptureSpec.from_entry(entry.get("capture", {}))})

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_current_language(self.name_zh, self.name_en)

    @property
    def condition(self) -> str:
        """When the material is needed, in the reader's language; empty when always."""
        return in_current_language(self.condition_zh, self.condition_en)


@dataclass(frozen=True)
class SubTypeSpec:
    """One business sub-type (业务小类)."""

    code: str
    category: str
    """Two-digit category code."""
    name_zh: str
    name_en: str
    chain: tuple[str, ...]
    """Step names in order, e.g. ("station_accept", "station_review", "branch_approve"); the last decides."""
    on_the_spot: bool
    limit_working_days: Mapping[str, int]
    """Promise in working days per step, and their sum as "total"."""
    limit_calendar_days: int | None
    """What the national norm allows at most, in calendar days; None where it says nothing."""
    capture_due_hours: int
    retention: str
    """permanent | 30y | 10y"""
    key_business: bool
    any_of: Mapping[str, int]
    """Group name → how many of its members must be present."""
    materials: tuple[MaterialSpec, ...]
    raw: Mapping[str, object] = field(repr=False, compare=False, hash=False, default_factory=dict)
    """The whole entry as loaded, for fields nobody has modelled yet."""

    @classmethod
    def from_entry(cls, category: str, entry: Mapping[str, Any]) -> SubTypeSpec:
        """Build from a checked entry of the file or of a `SubType` row."""
        return cls(
            code=entry["code"],
            category=category,
            name_zh=entry["name_zh"],
            name_en=entry["name_en"],
            chain=tuple(entry["chain"]),
            on_the_spot=entry["on_the_spot"],
            limit_working_days=dict(entry["limit_working_days"]),
            limit_calendar_days=entry.get("limit_calendar_days"),
            capture_due_hours=entry["capture_due_hours"],
            retention=entry["retention"],
            key_business=entry["key_business"],
            any_of=dict(entry["any_of"]),
            materials=tuple(MaterialSpec.from_entry(line) for line in entry["materials"]),
            raw=entry,
        )

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_current_language(self.name_zh, self.name_en)

    @property
    def decision_level(self) -> str:
        """Where the last step decides: station, branch or city."""
        return self.chain[-1].partition("_")[0]

    @property
    def facts(self) -> frozenset[str]:
        """The facts this sub-type asks about."""
        return frozenset(fact for line in self.materials for fact in line.when)

    def members(self, group: str) -> tuple[MaterialSpec, ...]:
        """The lines of an any-of group."""
        return tuple(line for line in self.materials if line.any_of_group == group)

    def material(self, code: str) -> MaterialSpec:
        """The line with this code. Raises LookupError."""
        for line in self.materials:
            if line.code == code:
                return line
        raise LookupError(f"sub-type {self.code} has no material {code}")


@dataclass(frozen=True)
class FactSpec:
    """A fact about a case that makes materials necessary, e.g. "someone acts on the applicant's behalf"."""

    code: str
    zh: str
    en: str

    @property
    def name(self) -> str:
        """The fact in the reader's language."""
        return in_current_language(self.zh, self.en)


@dataclass(frozen=True)
class CategorySpec:
    """One category (业务大类) with its sub-types."""

    code: str
    name_zh: str
    name_en: str
    subtypes: tuple[SubTypeSpec, ...]

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_current_language(self.name_zh, self.name_en)


@dataclass(frozen=True)
class Catalogue:
    """One whole, checked catalogue file."""

    version: str
    sha256: str
    """Of the file's bytes."""
    meta: Mapping[str, Any] = field(repr=False)
    categories: tuple[CategorySpec, ...]

    @property
    def subtypes(self) -> tuple[SubTypeSpec, ...]:
        """All sub-types in the order of the file."""
        return tuple(subtype for category in self.categories for subtype in category.subtypes)

    @property
    def facts(self) -> dict[str, FactSpec]:
        """All facts by code."""
        return facts_of(self.meta)


def facts_of(meta: Mapping[str, Any]) -> dict[str, FactSpec]:
    """The facts a catalogue's `meta` names, by code."""
    return {code: FactSpec(code, names["zh"], names["en"]) for code, names in meta["facts"].items()}
