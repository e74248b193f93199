"""Frozen values of sealing and of its verification."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from .reasons import sub_indication


class Outcome(StrEnum):
    """The three answers of a verifier (ETSI EN 319 102-1 clause 5.1)."""

    PASSED = "PASSED"
    INDETERMINATE = "INDETERMINATE"
    FAILED = "FAILED"


@dataclass(frozen=True)
class Field:
    """One signature field of a document, laid out before the first signature."""

    name: str
    """e.g. level2_officer"""
    level: int
    """1-based; 0 for a document that is not part of a chain."""
    step: str
    kind: str
    """personal | unit"""
    page: int
    """0-based."""
    box: tuple[float, float, float, float]
    """Left, bottom, right, top in PDF points."""
    signer: dict[str, str] = field(default_factory=dict)
    """Parts of the subject the signer's certificate must have (organization_name, common_name); the file says so itself.
    Empty where nobody can know yet who will sign."""


@dataclass(frozen=True)
class Expected:
    """What the register knows a document must carry."""

    fields: tuple[Field, ...]
    """All fields in signing order."""
    signed: dict[str, str]
    """Field name → SHA-256 fingerprint (hex) of the certificate that must have signed it."""
    sha256: str = ""
    """Digest of the whole file; empty when unknown."""
    told: str = ""
    """The same as the trail was told when the newest seal or stamp went on; empty when unknown."""
    stamped: bool = False
    """Every seal must carry a stamp, and a stamp over the whole file must close it."""
    later: bool = False
    """Seals were put on since: these bytes are an earlier state of the document."""


@dataclass(frozen=True)
class SealVerdict:
    """What is true of one seal."""

    field_name: str
    level: int
    step: str
    kind: str
    signer: str
    outcome: Outcome
    reasons: tuple[str, ...] = ()
    """Stable words (`verification.words`), the weightiest first; invalid:<exception> for what breaks a parser."""
    signed_at: datetime | None = None
    """When the signer says it was."""
    stamped_at: datetime | None = None
    """When a time-stamping service says it was there already."""
    stamped_by: str = ""

    @property
    def sub_indication(self) -> str:
        """What ETSI EN 319 102-1 calls the first reason."""
        return sub_indication(self.reasons[0]) if self.reasons else ""

    def to_dict(self) -> dict[str, Any]:
        """For --json."""
        return {
            "field": self.field_name,
            "level": self.level,
            "step": self.step,
            "kind": self.kind,
            "signer": self.signer,
            "outcome": self.outcome.value,
            "reasons": list(self.reasons),
            "sub_indication": self.sub_indication,
            "signed_at": self.signed_at.isoformat() if self.signed_at else None,
            "stamped_at": self.stamped_at.isoformat() if self.stamped_at else None,
            "stamped_by": self.stamped_by,
        }


@dataclass(frozen=True)
class StampVerdict:
    """What is true of one stamp over the whole file."""

    field_name: str
    service: str
    """Whose stamp: the name in its certificate."""
    outcome: Outcome
    reasons: tuple[str, ...] = ()
    moment: datetime | None = None
    digest: str = ""
    """Algorithm, e.g. sha256."""

    @property
    def sub_indication(self) -> str:
        """What ETSI EN 319 102-1 calls the first reason."""
        return sub_indication(self.reasons[0]) if self.reasons else ""

    def to_dict(self) -> dict[str, Any]:
        """For --json."""
        return {
            "field": self.field_name,
            "service": self.service,
            "outcome": self.outcome.value,
            "reasons": list(self.reasons),
            "sub_indication": self.sub_indication,
            "moment": self.moment.isoformat() if self.moment else None,
            "digest": self.digest,
        }


@dataclass(frozen=True)
class SealReport:
    """The verdict on a file: per seal and as a whole."""

    outcome: Outcome
    seals: tuple[SealVerdict, ...] = field(default=())
    reasons: tuple[str, ...] = field(default=())
    """Stable words about the file: unreadable, whole_file_digest_differs, trail_digest_differs, seal_missing:<field>,
    unexpected_seal:<field>, not_yet_sealed:<field>, closing_stamp_missing, later_seals_exist."""
    stamps: tuple[StampVerdict, ...] = field(default=())
    """Over the whole file as it then was, oldest first."""

    @property
    def sub_indication(self) -> str:
        """What ETSI EN 319 102-1 calls the weightiest reason of the whole file."""
        return next((name for name in map(sub_indication, self.every_reason) if name), "")

    @property
    def every_reason(self) -> tuple[str, ...]:
        """Reasons of the file, of its seals and of its stamps, in this order; places still empty come last."""
        empty = tuple(why for why in self.reasons if why.startswith("not_yet_sealed"))
        of_file = tuple(why for why in self.reasons if why not in empty)
        of_seals = (why for seal in self.seals for why in seal.reasons)
        return (*of_file, *of_seals, *(why for stamp in self.stamps for why in stamp.reasons), *empty)

    def to_dict(self) -> dict[str, Any]:
        """For --json."""
        return {
            "outcome": self.outcome.value,
            "sub_indication": self.sub_indication,
            "reasons": list(self.reasons),
            "seals": [seal.to_dict() for seal in self.seals],
            "stamps": [stamp.to_dict() for stamp in self.stamps],
        }
