"""Alert rules about the machines: background jobs that failed or wait too long, and a disk that fills.

All are watched. A fact that has no moment of its own keeps the one at which it was first seen, as long as it stands.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from audit.alerts import queries as alerts
from audit.alerts import rules, terms
from audit.alerts.rules import Glance, Kind, Level, Rung
from hukou.accounts.models import Office

FAILED, WAITING, FILLING = "job.failed", "job.waiting", "disk.filling"
LADDER = (Rung(1, 0, Level.CITY), Rung(2, 1, Level.CITY), Rung(3, 3, Level.CITY))
QUEUE = "jobs.queue:1"
"""What an alert about waiting jobs is about."""
BACK = 2
"""Per cent of a disk that must be free beyond the threshold before it counts as mended."""

# Jobs that went well are deleted, so this is a small table. Those of the clock come again by themselves: what counts
# is whether they failed lately. The others stay undone until somebody has them tried again.
_FAILED = """
select job.task_name, job.args ? 'timestamp', min(event.at), max(event.at), min(job.id)
from procrastinate_jobs job join procrastinate_events event on event.job_id = job.id and event.type = 'failed'
where job.status = 'failed' group by 1, 2
"""
_LONGEST_WAITING = """
select coalesce(job.scheduled_at, (select max(at) from procrastinate_events where job_id = job.id))
from procrastinate_jobs job
where job.status = 'todo' and (job.scheduled_at is null or job.scheduled_at <= %s) order by job.id limit 1
"""
_ANY_FAILED = "exists (select from procrastinate_jobs where status = 'failed')"
_WAITS = f"({_LONGEST_WAITING.replace('%s', '{now}')}) <= {{now}} - make_interval(mins => {{minutes}})"
_DATA_DIRECTORY = "select setting from pg_settings where name = 'data_directory'"


def find_failed(now: datetime) -> Iterator[rules.Due]:
    """Tasks of which a job has failed for good, one alert for each task."""
    lately = now - timedelta(minutes=terms.of(FAILED).params["minutes"])
    with connection.cursor() as cursor:
        cursor.execute(_FAILED)
        found = cursor.fetchall()
    for task, of_the_clock, first, last, job in found:
        if of_the_clock and last < lately:
            continue
        subject = f"jobs.task:{task}"[:80]
        due_at = alerts.standing_since(FAILED, subject) or (last if of_the_clock else first)
        yield from _due(subject, due_at, {"task": task} if of_the_clock else {"task": task, "job": job})


def find_waiting(now: datetime) -> Iterator[rules.Due]:
    """Nobody takes the jobs: the oldest one that could be done waits too long."""
    longest = timedelta(minutes=terms.of(WAITING).params["minutes"])
    with connection.cursor() as cursor:
        cursor.execute(_LONGEST_WAITING, [now])
        row = cursor.fetchone()
    if row is not None and row[0] is not None and row[0] + longest <= now:
        yield from _due(QUEUE, alerts.standing_since(WAITING, QUEUE) or row[0] + longest, {})


def find_filling(now: datetime) -> Iterator[rules.Due]:
    """Volumes of the data folder and of the database with too little left."""
    least = terms.of(FILLING).params["percent"]
    for name, folder in volumes().items():
        usage = shutil.disk_usage(folder)
        subject, free = f"disk.volume:{name}", 100 * usage.free // usage.total
        since = alerts.standing_since(FILLING, subject) if free < least + BACK else None
        if since or free < least:
            yield from _due(subject, since or now, {"volume": name, "percent": free})


def volumes() -> dict[str, Path]:
    """Name → a folder on it, of every volume this machine can look at; a database beside the data is not named twice."""
    data = Path(settings.HUKOU_DATA_DIR)
    found = {"data": data}
    if connection.settings_dict["HOST"].startswith(("/", "127.", "localhost")):
        folder = _folder_of_the_database(connection.settings_dict["HOST"], connection.settings_dict["PORT"])
        if folder is not None and os.access(folder, os.R_OK) and folder.stat().st_dev != data.stat().st_dev:
            found["database"] = folder
    return found


@cache  # a server keeps its folder as long as it lives
def _folder_of_the_database(host: str, port: str) -> Path | None:
    with connection.cursor() as cursor:
        cursor.execute(_DATA_DIRECTORY)  # no row for an account that may not know
        row = cursor.fetchone()
    return Path(row[0]) if row else None


def _due(subject: str, due_at: datetime, details: dict[str, Any]) -> Iterator[rules.Due]:
    for city in Office.objects.filter(level=Office.Level.CITY):
        yield rules.Due(subject=subject, office_id=city.pk, due_at=due_at, details=details)


def register() -> None:
    """Called once at start-up."""
    rules.register(
        rules.AlertRule(
            FAILED,
            label=_("A background job has failed"),
            about=_("A job failed for good; of one that comes again by itself, within the last {minutes} minutes."),
            kind=Kind.SYSTEM,
            severity=3,
            ladder=LADDER,
            params={"minutes": 60},
            find=find_failed,
            glance=Glance(_ANY_FAILED),
        )
    )
    rules.register(
        rules.AlertRule(
            WAITING,
            label=_("Background jobs wait too long"),
            about=_("A job that could be done has waited for {minutes} minutes: no worker takes it."),
            kind=Kind.SYSTEM,
            severity=3,
            ladder=LADDER,
            params={"minutes": 10},
            find=find_waiting,
            glance=Glance(_WAITS),
        )
    )
    rules.register(
        rules.AlertRule(
            FILLING,
            label=_("A disk is filling up"),
            about=_("Less than {percent} per cent of the volume of the data folder or of the database is free."),
            kind=Kind.SYSTEM,
            severity=3,
            ladder=LADDER,
            params={"percent": 10},
            find=find_filling,
        )
    )
