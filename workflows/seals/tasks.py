"""Jobs of this layer."""

from __future__ import annotations

from itertools import islice

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from . import by_hand, renewal
from .bulk import closing
from .register import leaving, revocations


@app.task(name="seals.put_on", retry=RetryStrategy(max_attempts=10, exponential_wait=2))
def put_on(*, application_id: int) -> None:
    """Put one signed seal on its file. What goes wrong is noted where the desk sees it, then tried again."""
    by_hand.attempt(application_id)


@app.periodic(cron="*/20 * * * *", periodic_id="seals.try_again")
@app.task(name="seals.try_again", queueing_lock="seals.try_again")
def try_again(timestamp: int) -> None:
    """Seals whose job has given up: what was in the way may be out of it."""
    by_hand.attempt_all()


@app.task(name="seals.stop_left", retry=RetryStrategy(max_attempts=10, exponential_wait=2))
def stop_left() -> None:
    """Revoke the seals of those who have left: a duty was changed just now."""
    leaving.stop_left()


@app.periodic(cron="1 16 * * *", periodic_id="seals.new_day")  # UTC: a minute past midnight in the city
@app.task(
    name="seals.new_day",
    queueing_lock="seals.new_day",
    retry=RetryStrategy(max_attempts=10, exponential_wait=2),
)
def new_day(timestamp: int) -> None:
    """Duties ended yesterday, suspensions too; and no revocation list ever runs out."""
    leaving.stop_left()
    revocations.publish()


@app.periodic(cron="41 * * * *", periodic_id="seals.renew_stamps")
@app.task(name="seals.renew_stamps", queueing_lock="seals.renew_stamps")
def renew_stamps(timestamp: int) -> None:
    """Stamp anew the files whose newest stamp runs out soon, so many at a time."""
    renewal.run(islice(renewal.due(), renewal.BATCH))


@app.task(name="seals.close_papers", lock="seals.close_papers")
def close_papers() -> None:
    """Stamp the sealed papers of batches that have no stamp yet, or one that runs out soon."""
    if closing.run()[0] == closing.SOME:
        close_papers.defer()


@app.periodic(cron="*/10 * * * *", periodic_id="seals.close_more_papers")
@app.task(name="seals.close_more_papers", queueing_lock="seals.close_more_papers")
def close_more_papers(timestamp: int) -> None:
    """What no time-stamping service stamped when it was asked, and what is due again."""
    close_papers.defer()
