"""What the trail answers with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from .vocabulary import Kind


class Outcome(StrEnum):
    """Whether the trail is what it was when it was written."""

    HELD = "held"
    BROKEN = "broken"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with the trail."""

    kind: str
    """Stable code, e.g. "event_altered"; README.md lists them."""
    event_id: int | None
    """The event concerned, where one can be named."""
    subject: str
    """The subject concerned, or ""."""
    message: str
    """What is wrong, in the language of the reader."""


@dataclass(frozen=True)
class TrailReport:
    """What verifying the trail found."""

    outcome: Outcome
    since: int
    """Size of the checkpoint from which it began; 0 is the whole trail."""
    events: int
    """Events looked at."""
    sequenced: int
    """Events that have their place in the log."""
    waiting: int
    """Events not sequenced yet; normal for the last few seconds."""
    tree_size: int
    """Size stated by the newest checkpoint, 0 when there is none."""
    root: str
    """Root stated by the newest checkpoint, hex, or ""."""
    checkpoints: int
    """Checkpoints checked."""
    cosignatures: int
    """Signatures of witnesses checked."""
    stamps: int
    """Time stamps checked."""
    findings: tuple[Finding, ...]
    """The first thousand."""
    unlisted: int
    """Findings beyond these."""

    @property
    def held(self) -> bool:
        """True when nothing was found."""
        return self.outcome is Outcome.HELD


@dataclass(frozen=True)
class SequenceReport:
    """What one run of the sequencer did."""

    sequenced: int
    """Events that got their place now."""
    tree_size: int
    root: str
    """Tree head, hex, or "" for an empty log."""


@dataclass(frozen=True)
class TimelineEntry:
    """One event, ready to be shown."""

    event_id: int
    subject: str
    subject_seq: int
    at: datetime
    action: str
    label: str
    """The words for the action in the current language."""
    kind: Kind
    refused: bool
    """True when the event says that a request was refused."""
    officer_id: int | None
    who: str
    """Name and number of the officer, looked up now; "" for the system."""
    office: str
    """Short name of the office, looked up now; "" when there is none."""
    text: str
    """The details in words, as the action was registered; may be ""."""
    duty: str
    """Words for the duty in the current language, or ""."""
    workstation: str
    details: Mapping[str, Any]
    leaf_index: int | None
    """Place in the log; None while the event is waiting."""
