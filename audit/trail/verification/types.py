"""What the parts of the verifier hand to each other. Plain values: they travel between processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Fact:
    """Something that is wrong, before it is put into words."""

    kind: str
    event_id: int | None = None
    subject: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Head:
    """A checkpoint as far as a range needs it."""

    size: int
    at: datetime


@dataclass(frozen=True)
class Work:
    """A range of the log to be looked at."""

    first: int
    end: int
    """Not included."""
    key: str
    """The log's public key, or "" when there is no checkpoint to be checked."""
    folder: str
    """The published log."""
    published: int
    """Leaves it holds."""


@dataclass(frozen=True)
class Segment:
    """The leaves between two cuts: after a checkpoint up to the next, or to the end of the range."""

    first: int
    end: int
    subtrees: tuple[tuple[int, bytes], ...] | None
    """(level, hash) of the full subtrees that cover it, left to right; None when leaves are missing."""
    root: bytes | None
    """What the checkpoint at `end` states; None when there is none."""


@dataclass(frozen=True)
class Looked:
    """What looking at a range gave."""

    events: int
    """Events that have their place in it."""
    heads: tuple[Head, ...]
    segments: tuple[Segment, ...]
    facts: tuple[Fact, ...]
    unlisted: int
    """Facts beyond the first `ranges.MOST`."""
