"""Jobs of a worker that died are taken again."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from hukou.console.tasks import retry_stalled
from hukou.kernel import clock

pytestmark = pytest.mark.django_db(transaction=True)


def job_of_worker(silent_for: float) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_workers (last_heartbeat) values (%s) returning id",
            [clock.now() - timedelta(seconds=silent_for)],
        )
        worker = cursor.fetchone()[0]
        cursor.execute(
            "insert into procrastinate_jobs (queue_name, task_name, status, worker_id, attempts)"
            " values ('default', 'seals.apply', 'doing', %s, 1) returning id",
            [worker],
        )
        return int(cursor.fetchone()[0])


def state_of(job: int) -> str:
    return str(ProcrastinateJob.objects.get(pk=job).status)


def test_a_job_of_a_silent_worker_waits_again_and_one_of_a_living_worker_goes_on() -> None:
    orphan, living = job_of_worker(silent_for=60), job_of_worker(silent_for=2)
    context: Any = SimpleNamespace(app=app)

    async_to_sync(retry_stalled.func)(context, timestamp=0)

    assert state_of(orphan) == "todo"
    assert state_of(living) == "doing"


def test_the_recovery_runs_every_quarter_of_a_minute_and_never_waits_for_itself() -> None:
    [schedule] = [task for task in app.periodic_registry.periodic_tasks.values() if task.task is retry_stalled]

    assert schedule.cron == "* * * * * */15"
    assert retry_stalled.lock is None
    assert retry_stalled.queueing_lock == "jobs.retry_stalled"
