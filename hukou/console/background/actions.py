"""Have a background job tried again that failed for good; every job may run twice, so nothing is doubled."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import UniqueViolation

from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Office, Officer
from hukou.kernel import clock, push
from hukou.kernel.errors import NotFound

from . import errors, queries, words
from .rules import Reason

MOST = 200
"""Jobs tried again with one press; the rest with the next."""


@dataclass(frozen=True)
class Again:
    """What a press did to the failed jobs of a task."""

    tried: int
    taken_off: int
    """Jobs of the clock whose work another run does."""
    left: int


@trail.records_refusal(
    "job.retry", subject="jobs.job", key="job_id", label=_("Trying a background job again was refused")
)
@transaction.atomic
def retry(*, job_id: int, reason: str, by: Officer) -> None:
    """Put a job that failed for good back into the queue, once. Raises NotFound, NotPermitted, NotFailed, WaitsAlready,
    ReasonMissing.
    """
    policies.require(by, "job.retry")
    job = ProcrastinateJob.objects.select_for_update(of=("self",)).filter(pk=job_id).first()
    if job is None:
        raise NotFound
    if job.status != "failed":
        raise errors.NotFailed
    said = _reason(reason)
    if not _back_into_the_queue(job):
        raise errors.WaitsAlready
    _tell([job], said, by)


@trail.records_refusal(
    "job.retry_all", subject="jobs.task", key="task", label=_("Trying background jobs again was refused")
)
@transaction.atomic
def retry_all(*, task: str, reason: str, by: Officer) -> Again:
    """Put the failed jobs of a task back into the queue, the oldest first and at most `MOST`. Of those of the clock the
    newest, unless one waits already; the others are taken off. Raises NotFound, NotPermitted, NotFailed, ReasonMissing.
    """
    policies.require(by, "job.retry")
    failed = ProcrastinateJob.objects.filter(task_name=task, status="failed")
    locked, of_the_clock = failed.select_for_update(of=("self",)), Q(args__has_key=queries.CLOCK)
    jobs = list(locked.exclude(of_the_clock).order_by("pk")[:MOST])
    newest = locked.filter(of_the_clock).order_by("-pk").first()
    if not jobs and newest is None:
        raise errors.NotFailed if task in words.WORK else NotFound
    said = _reason(reason)
    tried = [job for job in [*jobs, *([newest] if newest else [])] if _back_into_the_queue(job)]
    _tell(tried, said, by)
    off = _take_off(task) if newest else 0
    if off:
        details = {"task": task, "reason": said.value, "count": off}
        trail.record("job.superseded", subject=f"jobs.task:{task}"[:80], by=by, details=details)
    return Again(len(tried), off, failed.count())


def _reason(typed: str) -> Reason:
    if typed not in Reason.values:
        raise errors.ReasonMissing
    return Reason(typed)


def _back_into_the_queue(job: ProcrastinateJob) -> bool:
    """False where the same work waits already and may wait only once."""
    try:
        with transaction.atomic():
            app.job_manager.retry_job_by_id(job.pk, retry_at=clock.now())
    except UniqueViolation:
        return False
    return True


def _take_off(task: str) -> int:
    """As procrastinate itself removes jobs: its triggers keep what the clock has given out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from procrastinate_jobs where task_name = %s and status = 'failed' and args ? %s",
            [task, queries.CLOCK],
        )
        return int(cursor.rowcount)


def _tell(jobs: list[ProcrastinateJob], reason: Reason, by: Officer) -> None:
    about = queries.cases_of(jobs)
    with trail.together():
        for job in jobs:
            details = {"task": job.task_name, "reason": reason.value, "attempts": job.attempts}
            trail.record("job.retried", subject=f"jobs.job:{job.pk}", by=by, case=about.get(job.pk), details=details)
    for city in Office.objects.filter(level=Office.Level.CITY).values_list("pk", flat=True):
        push.announce(group=f"office-{city}", kind="jobs_changed")
