"""Background work of the camera."""

from __future__ import annotations

from procrastinate.contrib.django import app

from . import arriving


@app.periodic(cron="23 * * * *", periodic_id="capture.sweep_uploads")
@app.task(name="capture.sweep_uploads", queueing_lock="capture.sweep_uploads")
def sweep_uploads(timestamp: int) -> None:
    """Remove uploads nobody has touched for two days; the camera page still has what it was sending."""
    arriving.sweep()
