"""Jobs of this layer: ids as arguments, one verb each."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from . import notices


@app.task(name="notice.issue", retry=RetryStrategy(max_attempts=8, exponential_wait=2))
def issue_notice(*, case_id: int) -> None:
    """Make, seal and send the notice of a decided case."""
    notices.issue(case_id=case_id)
