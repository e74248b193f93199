"""A child that ends when its parent does, however the parent ended."""

from __future__ import annotations

import os
import signal
import sys
import threading


def hold_on() -> None:
    """Send ourselves SIGTERM when our standard input ends.

    The parent keeps the other end of that pipe open and never writes; the kernel closes it also after a kill -9.
    """
    threading.Thread(target=_wait, name="tether", daemon=True).start()


def _wait() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
