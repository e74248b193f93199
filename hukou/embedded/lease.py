"""Who uses the embedded server: the first one starts it, the last one stops it.

Every process that connects holds a shared lock on one file. The lock ends with its process, also after a
kill -9, so no list of users can go stale and no server runs on for ever after its owner.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from . import accounts, server
from .paths import open_lock

_held: dict[Path, int] = {}
_guard = threading.Lock()


@contextmanager
def lease(data_dir: Path, settings: Mapping[str, str] | None = None) -> Iterator[str]:
    """The server runs inside the block; yields its connection string. Raises EmbeddedServerError."""
    descriptor = _join(data_dir)
    try:
        yield server.ensure(data_dir, settings)
    finally:
        _leave(data_dir, descriptor)


def hold(data_dir: Path, settings: Mapping[str, str] | None = None) -> None:
    """The server runs as long as this process does. Calling it again costs nothing. Raises EmbeddedServerError."""
    with _guard:
        if data_dir in _held:
            return
        descriptor = _join(data_dir)
        try:
            server.ensure(data_dir, settings)
        except BaseException:
            os.close(descriptor)
            raise
        _held[data_dir] = descriptor
        atexit.register(_at_exit, data_dir, os.getpid())


def release(data_dir: Path) -> None:
    """This process no longer needs the server it holds: the last one stops it. Close your connections first."""
    with _guard:
        descriptor = _held.pop(data_dir, None)
    if descriptor is not None:
        _leave(data_dir, descriptor)


def _at_exit(data_dir: Path, owner: int) -> None:
    if os.getpid() == owner:  # a forked child runs our atexit list too, but did not join
        release(data_dir)


def _join(data_dir: Path) -> int:
    accounts.prepare(data_dir)
    descriptor = open_lock(data_dir, "postgres.users")
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def _leave(data_dir: Path, descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)  # somebody else still uses the server
        return
    try:
        server.stop(data_dir)  # newcomers wait for the shared lock meanwhile, then start it again
    finally:
        os.close(descriptor)
