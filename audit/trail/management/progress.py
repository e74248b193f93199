"""A progress bar on standard error for commands that take long."""

from __future__ import annotations

import time
from typing import TextIO

WIDTH = 40  # characters
PATIENCE = 1.0  # seconds before a bar is worth showing


class ProgressBar:
    """Call it with (done, total). Draws only on a terminal, only after a second, and clears itself at the end."""

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.started = time.monotonic()
        self.first: int | None = None  # what was done before, when earlier work is taken up again
        self.drawn = False

    def __call__(self, done: int, total: int) -> None:
        """Show how far the work is and how fast it goes."""
        if self.first is None:
            self.first = done
        taken = time.monotonic() - self.started
        if not self.out.isatty() or taken < PATIENCE or not total:
            return
        share = min(done / total, 1)
        bar = "█" * round(share * WIDTH)
        self.out.write(f"\r{bar:░<{WIDTH}} {share:4.0%} {done}/{total} {(done - self.first) / taken:,.0f}/s ")
        self.out.flush()
        self.drawn = True

    def clear(self) -> None:
        """Take the bar away."""
        if self.drawn:
            self.out.write("\r" + " " * (WIDTH + 40) + "\r")
            self.out.flush()
