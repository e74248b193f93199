"""Background jobs: rows in our own database, taken by `manage.py procrastinate worker`."""

from . import env

PROCRASTINATE_WORKER_DEFAULTS = {
    "concurrency": env.number("HUKOU_WORKER_JOBS", 2, "How many background jobs one worker runs at the same time."),
    # New jobs wake the worker at once (NOTIFY); only a job that waits for its next try waits for this poll.
    "fetch_job_polling_interval": 1.0,
    "update_heartbeat_interval": 5.0,
    "stalled_worker_timeout": 20.0,
    "shutdown_graceful_timeout": 20.0,
    "delete_jobs": "successful",
}
PROCRASTINATE_ON_APP_READY = "hukou.console.jobs.on_app_ready"  # every job leaves its traces
# A worker that has not been heard of for so long counts as gone: /healthz says so and its jobs are taken again.
WORKER_SILENT_SECONDS = 20
