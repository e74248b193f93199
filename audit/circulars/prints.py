"""Kinds of print of a circular: registered by the layer that can make them, made once when it is frozen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class PrintKind:
    """One way to put a circular on paper or into a file."""

    name: str
    """"pdf" or "xlsx"; also the ending of the file."""
    content_type: str
    render: Callable[[Mapping[str, Any], Mapping[str, Any] | None, str], bytes]
    """(data, data of last month's, digest or "" of a draft) → the file. The same arguments give the same bytes."""


_kinds: dict[str, PrintKind] = {}


def register(kind: PrintKind) -> None:
    """Make a kind known. Raises ValueError when the name is taken."""
    if kind.name in _kinds:
        raise ValueError(f"print {kind.name!r} is registered already")
    _kinds[kind.name] = kind


def kinds() -> dict[str, PrintKind]:
    """All kinds by name."""
    return dict(sorted(_kinds.items()))
