"""Frozen values of sealing and of its verification."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


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
    """Stable words, e.g. digest_mismatch, wrong_signer, untrusted, revoked, changed_after,
    bytes_after_end, hidden_bytes, out_of_order, missing, invalid:<exception>."""
    signed_at: datetime | None = None

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
            "signed_at": self.signed_at.isoformat() if self.signed_at else None,
        }


@dataclass(frozen=True)
class SealReport:
    """The verdict on a file: per seal and as a whole."""

    outcome: Outcome
    seals: tuple[SealVerdict, ...] = field(default=())
    reasons: tuple[str, ...] = field(default=())
    """Stable words about the file: unreadable, whole_file_digest_differs, seal_missing:<field>, unexpected_seal:<field>,
    not_yet_sealed:<field>."""

    def to_dict(self) -> dict[str, Any]:
        """For --json."""
        return {
            "outcome": self.outcome.value,
            "reasons": list(self.reasons),
            "seals": [seal.to_dict() for seal in self.seals],
        }
