"""Background work of the site itself."""

from __future__ import annotations

from django.conf import settings
from procrastinate import JobContext
from procrastinate.contrib.django import app

from . import presence


# No `lock`: a recovery that was itself interrupted must not wait for itself (procrastinate#1408).
@app.periodic(cron="* * * * * */15", periodic_id="jobs.retry_stalled")  # the sixth field is seconds
@app.task(name="jobs.retry_stalled", queueing_lock="jobs.retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Give the jobs of a worker that died back to the queue. Every job is written so that twice does no harm."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=settings.WORKER_SILENT_SECONDS):
        await manager.retry_job(job)


@app.periodic(cron="*/5 * * * *", periodic_id="sessions.end_idle")
@app.task(name="sessions.end_idle", queueing_lock="sessions.end_idle")
def end_idle_sessions(timestamp: int) -> None:
    """Every five minutes: sessions nobody has touched are over."""
    while presence.end_idle_sessions():
        pass
