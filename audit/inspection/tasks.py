"""Background work of inspection."""

from __future__ import annotations

from procrastinate.contrib.django import app

from . import duties, reprojection, sampling


@app.periodic(cron="7 * * * *", periodic_id="inspection.duties")
@app.task(name="inspection.duties", queueing_lock="inspection.duties")
def compute_duties(timestamp: int) -> None:
    """Every hour: the duties that are missing, then the samples that are not drawn."""
    duties.compute()
    sampling.draw_waiting()


@app.task(name="inspection.reproject")
def reproject() -> None:
    """After an edit of the calendar: when duties and orders are due is written anew."""
    reprojection.project_all()
