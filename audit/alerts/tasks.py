"""Background work of the alerts."""

from __future__ import annotations

from datetime import datetime

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from . import actions, again, handled, rearming, reconciling, use_rules


@app.periodic(cron="* * * * *", periodic_id="alerts.sweep")
@app.task(name="alerts.sweep", queueing_lock="alerts.sweep")
def sweep(timestamp: int) -> None:
    """Every minute: raise what has become due."""
    actions.sweep()


@app.periodic(cron="7 * * * *", periodic_id="alerts.catch_up")
@app.task(name="alerts.catch_up", queueing_lock="alerts.catch_up")
def catch_up(timestamp: int) -> None:
    """Every hour: hold due timers against the alerts, and count how long closed ones were open, where that is not done."""
    reconciling.catch_up()
    handled.fill()


@app.periodic(cron="40 1 * * *", periodic_id="alerts.reconcile")
@app.task(name="alerts.reconcile", queueing_lock="alerts.reconcile")
def reconcile(timestamp: int) -> None:
    """Every night: hold the facts against the timers."""
    reconciling.reconcile()


@app.task(name="alerts.look_again", retry=RetryStrategy(max_attempts=8, exponential_wait=2))
def look_again(*, rule: str, since: str, after: int) -> None:
    """Look again at the next timers whose rungs may be due at another time now."""
    again.go_on(rule=rule, since=datetime.fromisoformat(since) if since else None, after=after)


@app.task(name="alerts.rearm", retry=RetryStrategy(max_attempts=8, exponential_wait=2))
def rearm(*, rule: str) -> None:
    """The calendar or the terms of the rule have changed: arm what stands by its threshold anew."""
    rearming.go(rule)


@app.task(name="alerts.time_anew", retry=RetryStrategy(max_attempts=8, exponential_wait=2))
def time_anew(*, year: int, after: int) -> None:
    """After an edit of the calendar: how long the next closed alerts were open, counted anew."""
    last = handled.forget(year=year, after=after)
    handled.fill()
    if last is not None:
        time_anew.defer(year=year, after=last)


@app.periodic(cron="22 * * * *", periodic_id="alerts.look_at_use")
@app.task(name="alerts.look_at_use", queueing_lock="alerts.look_at_use")
def look_at_use(timestamp: int) -> None:
    """Every hour: unusual use that has not been told yet."""
    use_rules.look()
