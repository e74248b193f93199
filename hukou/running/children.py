"""Child processes that are started again when they fall over, slower each time."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
STEADY_SECONDS = 60.0
STOP_SECONDS = 30.0


@dataclass
class Child:
    """One Python module that runs beside us. Times are readings of the monotonic clock."""

    chinese: str
    english: str
    module: str
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE
    next_try: float = field(default=0.0)

    def start(self) -> None:
        """Start the process; its own session, so that Ctrl-C reaches us alone and we choose the order of stopping."""
        self.process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", self.module],
            stdin=subprocess.PIPE,
            env=dict(self.environment),
            start_new_session=True,
        )
        self.started = time.monotonic()

    def fallen(self) -> int | None:
        """The exit status if the process ended by itself since we last looked; schedules the next try."""
        if self.process is None or self.process.poll() is None:
            return None
        status = self.process.returncode
        self._forget()
        now = time.monotonic()
        if now - self.started > STEADY_SECONDS:
            self.pause = FIRST_PAUSE
        self.next_try, self.pause = now + self.pause, min(2 * self.pause, LONGEST_PAUSE)
        return status

    def due(self) -> bool:
        """True when it is down and its pause is over."""
        return self.process is None and time.monotonic() >= self.next_try

    def stop(self) -> None:
        """Ask it to end and wait; a child that does not is killed."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._forget()

    def _forget(self) -> None:
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()
        self.process = None
