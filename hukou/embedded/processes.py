"""Which processes work in a data folder, and lock files that nobody alive holds any more."""

from __future__ import annotations

import os
import time
from pathlib import Path

PROC = Path("/proc")
LOCK_OF_SOCKET = ".s.PGSQL.5432.lock"


def recorded_pid(cluster: Path) -> int | None:
    """The postmaster that `postmaster.pid` names, dead or alive; None when there is no such file."""
    try:
        return int((cluster / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def is_alive(pid: int) -> bool:
    """True for a process that runs; a zombie nobody has collected is dead."""
    try:
        state = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return state not in ("Z", "X")


def working_in(cluster: Path) -> list[int]:
    """Live processes whose working folder is the cluster: every process of a PostgreSQL server has it there."""
    place = cluster.stat()
    found = []
    for entry in PROC.iterdir():
        if not entry.name.isdigit():
            continue
        try:
            here = (entry / "cwd").stat()
        except OSError:
            continue
        if (here.st_dev, here.st_ino) == (place.st_dev, place.st_ino) and is_alive(int(entry.name)):
            found.append(int(entry.name))
    return found


def drop_dead_locks(cluster: Path, sockets: Path) -> bool:
    """Remove the lock files of a server that is gone for good; True when that was done.

    PostgreSQL itself refuses to start while the recorded number belongs to any process: also to a zombie
    that a container's first process never collects, or, after a restart, to somebody else. Removing the
    files is safe only when no live process works in the cluster, and when we can see who does.
    """
    pid = recorded_pid(cluster)
    if pid is None or not PROC.is_dir() or working_in(cluster):
        return False
    if is_alive(pid) and not _visible(pid):
        return False
    (cluster / "postmaster.pid").unlink(missing_ok=True)
    (sockets / LOCK_OF_SOCKET).unlink(missing_ok=True)
    return True


def wait_until_gone(pid: int, seconds: float) -> bool:
    """Wait for a process to end; False when it is still there after `seconds`."""
    deadline = time.monotonic() + seconds
    while is_alive(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _visible(pid: int) -> bool:
    try:
        os.readlink(PROC / str(pid) / "cwd")
    except PermissionError:
        return False
    except OSError:
        return True
    return True
