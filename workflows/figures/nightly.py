"""What is done every night."""

from __future__ import annotations

from datetime import timedelta

from hukou.kernel import clock

from . import projection


def check() -> None:
    """Make anew what was touched lately."""
    projection.reconcile(clock.today() - timedelta(days=40))
