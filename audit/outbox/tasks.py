"""Background work of the outbox."""

from __future__ import annotations

from procrastinate.contrib.django import app

from . import actions


@app.periodic(cron="* * * * * */10", periodic_id="outbox.send")  # the sixth field is seconds
@app.task(name="outbox.send", queueing_lock="outbox.send")
def send(timestamp: int) -> None:
    """Every ten seconds: hand over what is due."""
    actions.send_due()


@app.periodic(cron="* * * * * */10", periodic_id="outbox.gather")
@app.task(name="outbox.gather", queueing_lock="outbox.gather")
def gather(timestamp: int) -> None:
    """Every ten seconds: put into words what offices are to be told of."""
    actions.gather()


@app.periodic(cron="* * * * * 25", periodic_id="outbox.receipts")
@app.task(name="outbox.receipts", queueing_lock="outbox.receipts")
def ask_for_receipts(timestamp: int) -> None:
    """Every minute: ask what became of those the gateway took."""
    actions.ask_for_receipts()


@app.periodic(cron="*/5 * * * *", periodic_id="outbox.digests")
@app.task(name="outbox.digests", queueing_lock="outbox.digests")
def make_digests(timestamp: int) -> None:
    """Every five minutes: from 08:30 of a working day on, the day's digests that are not made yet."""
    actions.make_digests()
