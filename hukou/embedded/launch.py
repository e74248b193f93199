"""Run a program as a user that is not root while its files stay root's.

PostgreSQL refuses to run with user id 0. In a new user namespace in which root is mapped to id 1000,
the program sees id 1000, and the kernel still treats its files as root's: the data folder stays 0700
and no folder above it must be opened for others.

Run as `python launch.py PROGRAM ARGUMENT…`; it uses nothing but the standard library, so that it
starts in milliseconds with `-I -S`. Exit status 96 means that namespaces are not allowed here.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

CLONE_NEWUSER = 0x10000000
SEEN_AS = 1000
FORBIDDEN = 96


def enter_namespace() -> None:
    """Move this (single-threaded) process into a user namespace of its own. Raises OSError where that is forbidden."""
    libc = ctypes.CDLL(None, use_errno=True)
    outside = os.geteuid(), os.getegid()
    if libc.unshare(CLONE_NEWUSER) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    # user_namespaces(7): without CAP_SETGID in the parent, groups must be given up before gid_map is written.
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{SEEN_AS} {outside[0]} 1")
    Path("/proc/self/gid_map").write_text(f"{SEEN_AS} {outside[1]} 1")


def main(argv: list[str]) -> None:
    """Become the program in `argv`."""
    try:
        enter_namespace()
    except (OSError, AttributeError) as exc:
        sys.stderr.write(f"no user namespace: {exc}\n")
        raise SystemExit(FORBIDDEN) from None
    os.execv(argv[0], argv)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main(sys.argv[1:])
