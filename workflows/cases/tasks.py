"""Jobs of this layer: ids as arguments, one verb each."""

from __future__ import annotations

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from . import reprojection


@app.task(name="cases.reproject", retry=RetryStrategy(max_attempts=8, exponential_wait=2))
def reproject(*, after: int, stamp: str) -> None:
    """Write anew when the next open cases are due."""
    reprojection.go_on(after=after, stamp=UUID(stamp))
