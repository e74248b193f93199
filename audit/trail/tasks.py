"""Background work of the trail."""

from __future__ import annotations

from procrastinate.contrib.django import app

from . import sequencer


@app.periodic(cron="* * * * * */5", periodic_id="trail.sequence")  # the sixth field is seconds
@app.task(name="trail.sequence", queueing_lock="trail.sequence")
def sequence(timestamp: int) -> None:
    """Every five seconds: give new events their place in the log and sign a checkpoint."""
    sequencer.sequence()
