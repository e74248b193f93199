"""From where an act comes: workstation and session, bound once per request and read by `record`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from hukou.kernel import canonical


@dataclass(frozen=True)
class Origin:
    """Where an act comes from."""

    workstation: str = ""
    """Name or network address of the machine; empty for commands and jobs."""
    session: str = ""
    """First 32 hex digits of the SHA-256 of the session key: tells sessions apart, cannot be used to enter one."""


NOWHERE = Origin()
_origin: ContextVar[Origin] = ContextVar("origin", default=NOWHERE)


def current() -> Origin:
    """Where the running act comes from."""
    return _origin.get()


def session_digest(session_key: str) -> str:
    """What an event says of a login session."""
    return canonical.sha256(session_key.encode())[:32]


@contextmanager
def bind(*, workstation: str = "", session_key: str | None = None) -> Iterator[Origin]:
    """Say for the acts inside the block from which workstation and login session they come."""
    session = session_digest(session_key) if session_key else ""
    origin = Origin(workstation[:80], session)
    token = _origin.set(origin)
    try:
        yield origin
    finally:
        _origin.reset(token)
