"""People who act at the same moment, each at a machine of their own: a thread with a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.db import connection

PATIENCE = 240
"""Seconds nobody is said to wait for ever: eight people on a starved machine come to the start line one by one."""


class Attempt(threading.Thread):
    """Somebody who acts; begins at once, or with the others when there is a start line."""

    def __init__(self, act: Callable[[], object], start_line: threading.Barrier | None = None) -> None:
        super().__init__()
        self._act, self._start_line = act, start_line
        self.error: BaseException | None = None
        self.start()

    def run(self) -> None:
        """Wait for the others, act, and keep what was raised."""
        try:
            if self._start_line is not None:
                self._start_line.wait(PATIENCE)
            self._act()
        except BaseException as error:
            self.error = error
        finally:
            connection.close()


def at_once(*acts: Callable[[], object]) -> list[BaseException | None]:
    """Let everybody act at the same moment; what each of them was told (None: it was done)."""
    line = threading.Barrier(len(acts))
    attempts = [Attempt(act, line) for act in acts]
    for attempt in attempts:
        attempt.join(PATIENCE)
        assert not attempt.is_alive(), "somebody waits for ever"
    return [attempt.error for attempt in attempts]
