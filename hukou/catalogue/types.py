"""What the catalogue says, as frozen values. Parsed and checked in `parsing`; never touches the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


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
    capture_due_hours: int
    retention: str
    key_business: bool
    any_of: Mapping[str, int]
    """Group name → how many of its members must be present."""
    materials: tuple[MaterialSpec, ...]
    raw: Mapping[str, object] = field(repr=False, compare=False, hash=False, default_factory=dict)
    """The whole entry as loaded, for fields nobody has modelled yet."""
