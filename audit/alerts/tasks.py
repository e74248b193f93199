"""Background work of the alerts."""

from __future__ import annotations

from procrastinate.contrib.django import app

from . import actions


@app.periodic(cron="* * * * *", periodic_id="alerts.sweep")
@app.task(name="alerts.sweep", queueing_lock="alerts.sweep")
def sweep(timestamp: int) -> None:
    """Every minute: raise what has become due."""
    actions.sweep()
