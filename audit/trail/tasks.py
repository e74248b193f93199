"""Background work of the trail."""

from __future__ import annotations

from procrastinate.contrib.django import app

from . import months, publication, sequencer, witnesses


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
