"""Background work on figures."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from . import alert_recount, nightly, projection


@app.periodic(cron="* * * * * */10", periodic_id="figures.keep_up")  # the sixth field is seconds
@app.task(name="figures.keep_up", queueing_lock="figures.keep_up")
def keep_up(timestamp: int) -> None:
    """Every ten seconds: what was recorded since is counted."""
    projection.keep_up()


@app.task(name="figures.rework", retry=RetryStrategy(max_attempts=8, exponential_wait=2))
def rework(*, year: int, after: int) -> None:
    """After an edit of the calendar: the next batch of times, counted anew."""
    last = projection.rework(year=year, after=after)
    if last is not None:
        rework.defer(year=year, after=last)


@app.periodic(cron="40 3 * * *", periodic_id="figures.recount")
@app.task(name="figures.recount", queueing_lock="figures.recount")
def recount(timestamp: int) -> None:
    """Every night: facts and tallies are compared with a recount, alerts too; on Sundays, of everything there is."""
    nightly.check()
    alert_recount.check()
