"""Background work of the trail."""

from __future__ import annotations

from procrastinate.contrib.django import app

from hukou.kernel import clock

from . import months, publication, sequencer, stamping, verifications, witnesses


@app.periodic(cron="* * * * * */5", periodic_id="trail.sequence")  # the sixth field is seconds
@app.task(name="trail.sequence", queueing_lock="trail.sequence")
def sequence(timestamp: int) -> None:
    """Every five seconds: give new events their place in the log, sign a checkpoint, and put both into files."""
    sequencer.sequence()
    publication.publish()


@app.periodic(cron="* * * * * 30", periodic_id="trail.witness")
@app.task(name="trail.witness", queueing_lock="trail.witness")
def witness(timestamp: int) -> None:
    """Every minute: show the newest head to the witnesses. Apart from the above, for a witness may be slow."""
    witnesses.show_newest()


@app.periodic(cron="20 3 * * *", periodic_id="trail.months")
@app.task(name="trail.months", queueing_lock="trail.months")
def make_months(timestamp: int) -> None:
    """Every night: make the tables of the coming months."""
    months.make()


@app.periodic(cron="* * * * *", periodic_id="trail.stamp")
@app.task(name="trail.stamp", queueing_lock="trail.stamp")
def stamp(timestamp: int) -> None:
    """Every ten minutes: have the newest checkpoint stamped. Asked every minute, so that a failure is soon made good."""
    if stamping.due(clock.now()):
        stamping.try_to_stamp()
        publication.publish()


@app.periodic(cron="* * * * * 50", periodic_id="trail.verify_new")
@app.task(name="trail.verify_new", queueing_lock="trail.verify")
def verify_new(timestamp: int) -> None:
    """Every minute: verify what is new. Not while the trail is known to be broken: the alert has been raised."""
    if not verifications.known_broken():
        verifications.verify()


@app.periodic(cron="10 2 * * *", periodic_id="trail.verify")
@app.task(name="trail.verify", queueing_lock="trail.verify")
def verify(timestamp: int) -> None:
    """Every night: verify everything, for what is old can be changed too."""
    verifications.verify(since=0)
