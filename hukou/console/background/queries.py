"""What failed for good, what waits, and when the worker was last heard of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.db.models import Count, Max, Q
from procrastinate.contrib.django.models import (
    ProcrastinateEvent,
    ProcrastinateJob,
    ProcrastinatePeriodicDefer,
    ProcrastinateWorker,
)

from audit.trail.models import Event
from hukou.console.jobs import FAILED
from hukou.kernel import clock
from workflows.approvals.models import Decision
from workflows.archive.models import ArchiveRecord
from workflows.seals.models import SealApplication

from .words import Work, of

CLOCK = "timestamp"
"""The argument of a job of the clock, which comes again by itself."""
SHOWN = 20
"""Jobs of one task that are listed, the oldest first."""
LOOKED_AT = 500
"""The newest of a task, of which the trail is asked for the kind of error."""
CASES: Mapping[str, tuple[type[models.Model], str]] = {
    "decision_id": (Decision, "case_id"),
    "application_id": (SealApplication, "document__case_id"),
    "record_id": (ArchiveRecord, "case_id"),
}
"""Argument of a job → whose key it is, and the way from there to the case."""
_FAILED = """
select job.task_name, count(distinct job.id), bool_and(job.args ? 'timestamp'), min(event.at), max(event.at),
       array_agg(distinct job.id order by job.id desc)
from procrastinate_jobs job join procrastinate_events event on event.job_id = job.id and event.type = 'failed'
where job.status = 'failed' group by 1 order by 3, 4
"""
_WAITING = """
select job.task_name,
       count(*) filter (where job.status = 'todo' and coalesce(job.scheduled_at, %(now)s) <= %(now)s),
       min(coalesce(job.scheduled_at, event.at))
           filter (where job.status = 'todo' and coalesce(job.scheduled_at, %(now)s) <= %(now)s),
       count(*) filter (where job.status = 'todo' and job.scheduled_at > %(now)s),
       min(job.scheduled_at) filter (where job.status = 'todo' and job.scheduled_at > %(now)s),
       count(*) filter (where job.status = 'doing'),
       min(event.at) filter (where job.status = 'doing')
from procrastinate_jobs job
left join lateral (select max(at) as at from procrastinate_events where job_id = job.id) event on true
where job.status in ('todo', 'doing') group by 1 order by 3 nulls last, 1
"""
# Of the runs the clock gave out the newest is kept; without a job it went well, for such jobs are deleted.
_UNDONE = """
select count(*) filter (where not job.args ? 'timestamp')
       + count(distinct job.task_name) filter (where job.args ? 'timestamp' and coalesce(newest.failed, true))
from procrastinate_jobs job
left join lateral (
    select coalesce(bool_or(run.status = 'failed' or run.attempts > 0), false) as failed
    from procrastinate_periodic_defers given left join procrastinate_jobs run on run.id = given.job_id
    where given.task_name = job.task_name having count(*) > 0
) newest on job.args ? 'timestamp'
where job.status = 'failed'
"""


@dataclass(frozen=True)
class FailedJob:
    """One job that failed for good."""

    pk: int
    attempts: int
    failed_at: datetime | None
    error: str
    """Kind of the error, as the trail has it; "" where it has none."""
    case_id: int | None
    about_case: bool
    """Whether its arguments name a case, whoever may see it."""


@dataclass(frozen=True)
class Failed:
    """All jobs of one task that failed for good."""

    task: str
    work: Work
    count: int
    of_the_clock: bool
    """It comes again by itself; the failed ones are not owed any more once one has run."""
    since: datetime
    last: datetime
    error: str
    jobs: tuple[FailedJob, ...]
    """The oldest of them; none of the clock's."""


@dataclass(frozen=True)
class Waiting:
    """What one task has to do."""

    work: Work
    due: int
    """Jobs a worker could take."""
    since: datetime | None
    later: int
    """Jobs that are tried again later."""
    next_at: datetime | None
    doing: int
    begun_at: datetime | None
    """When the one that is being done longest was begun."""


@dataclass(frozen=True)
class Workers:
    """Those who do the jobs."""

    alive: int
    heard_at: datetime | None
    """When one was last heard of."""
    clock_at: datetime | None
    """When the clock last gave one a job."""
    begun_at: datetime | None
    """When one last began a job on a case or a file, as far as the list of jobs still tells."""


def failed() -> list[Failed]:
    """By task: those that stay undone first, then those of the clock. Half a dozen questions, however many."""
    with connection.cursor() as cursor:
        cursor.execute(_FAILED)
        rows = cursor.fetchall()
    listed = {row[0]: [] if row[2] else _oldest(row[0]) for row in rows}
    newest = {row[0]: row[5][:LOOKED_AT] for row in rows}
    errors = _errors(
        [pk for keys in newest.values() for pk in keys] + [job.pk for each in listed.values() for job in each]
    )
    about = cases_of(job for jobs in listed.values() for job in jobs)
    found = []
    for task, count, of_the_clock, since, last, _keys in rows:
        jobs = tuple(
            FailedJob(
                pk=job.pk,
                attempts=job.attempts,
                failed_at=job.failed_at,  # type: ignore[attr-defined]  # annotated
                error=errors.get(job.pk, ""),
                case_id=about.get(job.pk),
                about_case=job.pk in about,
            )
            for job in listed[task]
        )
        found.append(Failed(task, of(task), count, of_the_clock, since, last, _last_error(newest[task], errors), jobs))
    return found


def undone() -> int:
    """Jobs that failed for good and are still owed: a task of the clock is one, and only while its newest run has failed."""
    with connection.cursor() as cursor:
        cursor.execute(_UNDONE)
        return int(cursor.fetchone()[0])


def waiting() -> list[Waiting]:
    """By task, what waits longest first."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, {"now": clock.now()})
        return [Waiting(of(task), *numbers) for task, *numbers in cursor.fetchall()]


def workers() -> Workers:
    """How the worker is."""
    since = clock.now() - timedelta(seconds=settings.WORKER_SILENT_SECONDS)
    known = ProcrastinateWorker.objects.aggregate(
        heard_at=Max("last_heartbeat"), alive=Count("pk", filter=Q(last_heartbeat__gt=since))
    )
    given = ProcrastinatePeriodicDefer.objects.aggregate(at=Max("defer_timestamp"))["at"]
    begun = ProcrastinateEvent.objects.filter(type="started").aggregate(at=Max("at"))["at"]
    clock_at = datetime.fromtimestamp(given, clock.CITY_TIME) if given else None
    return Workers(known["alive"], known["heard_at"], clock_at, begun)


def cases_of(jobs: Iterable[ProcrastinateJob]) -> dict[int, int]:
    """Key of a job → key of the case it is about; those about none are left out."""
    jobs, found = list(jobs), dict[int, int]()
    for job in jobs:
        if isinstance(key := job.args.get("case_id"), int):
            found[job.pk] = key
    for name, (model, way) in CASES.items():
        wanted: dict[int, Any] = {job.pk: job.args[name] for job in jobs if isinstance(job.args.get(name), int)}
        known = dict(model._default_manager.filter(pk__in=set(wanted.values())).values_list("pk", way))
        found |= {job: known[key] for job, key in wanted.items() if known.get(key) is not None}
    return found


def _oldest(task: str) -> list[ProcrastinateJob]:
    jobs = ProcrastinateJob.objects.filter(status="failed", task_name=task)
    at = Max("procrastinateevent__at", filter=Q(procrastinateevent__type="failed"))
    return list(jobs.annotate(failed_at=at).order_by("pk")[:SHOWN])


def _errors(jobs: list[int]) -> dict[int, str]:
    """Key of a job → kind of its last error."""
    events = Event.objects.filter(action=FAILED, subject__in=[f"jobs.job:{pk}" for pk in jobs])
    told = events.order_by("pk").values_list("subject", "details")
    return {int(subject.partition(":")[2]): str(details.get("error", "")) for subject, details in told}


def _last_error(newest: list[int], errors: Mapping[int, str]) -> str:
    """Of the clock's jobs not every failure is told: that of the newest one that is."""
    return next((errors[pk] for pk in newest if errors.get(pk)), "")
