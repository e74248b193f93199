"""Background work of the alerts."""

from __future__ import annotations

from datetime import datetime

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from . import actions, again


@app.periodic(cron="* * * * *", periodic_id="alerts.sweep")
@app.task(name="alerts.sweep", queueing_lock="alerts.sweep")
def sweep(timestamp: int) -> None:
    """Every minute: raise what has become due."""
    actions.sweep()


@app.task(name="alerts.look_again", retry=RetryStrategy(max_attempts=8, exponential_wait=2))
def look_again(*, rule: str, since: str, after: int) -> None:
    """Look again at the next timers whose rungs may be due at another time now."""
    again.go_on(rule=rule, since=datetime.fromisoformat(since) if since else None, after=after)
