"""Jobs of this layer: ids as arguments, one verb each."""

from __future__ import annotations

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from hukou.accounts.models import Officer

from . import letters, reprojection


@app.task(name="cases.reproject", retry=RetryStrategy(max_attempts=8, exponential_wait=2))
def reproject(*, after: int, stamp: str) -> None:
    """Write anew when the next open cases are due."""
    reprojection.go_on(after=after, stamp=UUID(stamp))


@app.task(name="letter.follow_window", retry=RetryStrategy(max_attempts=8, exponential_wait=2))
def write_window_letter(*, case_id: int, kind: str, officer_id: int) -> None:
    """Make the receipt of an accepted case, or the notice to who was turned away."""
    letters.follow_window(case_id=case_id, kind=kind, by=Officer.objects.get(pk=officer_id))
