"""Background jobs told to the trail: those that act on a case or a file when they begin, every one when it fails."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.db import Error
from django.utils.translation import gettext_lazy as _
from procrastinate import App, JobContext

FAILED = "job.failed"
"""The event of a try that failed."""
log = logging.getLogger(__name__)


def on_app_ready(app: App) -> None:
    """Procrastinate calls this once at start-up (settings.background): every worker takes its jobs through `on_record`."""
    app.worker_defaults["task_middleware"] = [on_record]


def register() -> None:
    """Called once at start-up."""
    from audit.trail import actions as trail

    trail.register_action("job.started", _("Background job begun"), _said, kind=trail.Kind.STEP)
    trail.register_action(FAILED, _("Background job failed"), _said, kind=trail.Kind.SYSTEM)


def on_record(call_next: Callable[[], Any], context: JobContext, worker: object) -> Any:
    """Carry out a job (procrastinate's task middleware). Its arguments are ids, and stand in the event.

    Jobs without ids are the clock's: looking every few seconds is no act, and what they find to do is recorded by
    what they call. When one fails that is told once in `viewing.SPAN`.
    """
    from audit.trail import actions as trail

    job = context.job
    ids = {name: value for name, value in job.task_kwargs.items() if name.endswith("_id") and isinstance(value, int)}
    details = {"task": job.task_name, "attempt": job.attempts + 1, **ids}
    about: dict[str, Any] = {"subject": f"jobs.job:{job.id}", "by": None, "case": ids.get("case_id")}
    if ids:
        trail.record("job.started", details=details, **about)
    try:
        return call_next()
    except Exception as error:
        _record_failed(details | {"error": type(error).__name__}, about, always=bool(ids))
        raise


def _record_failed(details: dict[str, Any], about: dict[str, Any], *, always: bool) -> None:
    """Never raises: what counts is why the job failed."""
    from audit.trail import actions as trail
    from audit.trail import viewing

    key = (FAILED, str(details["task"]), str(details["error"]))
    if not always and viewing.noted.stands(key):
        return
    try:
        trail.record(FAILED, details=details, **about)
        viewing.noted.take(key)
    except Error:
        log.exception("failure of a job not recorded: %s", details["task"])


def _said(details: Any) -> str:
    return ": ".join(str(details[name]) for name in ("task", "error") if name in details)
