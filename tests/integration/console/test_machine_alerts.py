"""Jobs that fail or wait, and a disk that fills, are told to the city, once while it lasts, and settled when mended."""

from __future__ import annotations

from collections import namedtuple
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from audit.alerts import actions as alerts
from audit.alerts.models import Alert
from hukou.accounts.models import Office
from hukou.console import machine_alerts
from hukou.kernel import clock

pytestmark = pytest.mark.django_db
Usage = namedtuple("Usage", "total used free")


def sweep(minutes: float = 0) -> None:
    with clock.frozen(clock.now() + timedelta(minutes=minutes)):
        alerts.sweep()


def raised(rule: str) -> list[tuple[str, dict[str, Any], bool]]:
    """Subject, details, and whether it is over."""
    found = Alert.objects.filter(rule=rule, rung=1).order_by("pk")
    return [(alert.subject, alert.details, alert.settled_at is not None) for alert in found]


def job(task: str, args: str, status: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_jobs (queue_name, task_name, args, status) values ('default', %s, %s, %s)"
            " returning id",
            [task, args, status],
        )
        (key,) = cursor.fetchone()
        if status == "failed":
            cursor.execute("insert into procrastinate_events (job_id, type, at) values (%s, 'failed', now())", [key])
    return int(key)


def test_a_job_that_failed_for_good_stands_until_it_is_done(city: Office) -> None:
    key = job("notice.issue", '{"case_id": 7}', "failed")
    sweep(1)
    sweep(2000)
    assert raised(machine_alerts.FAILED) == [("jobs.task:notice.issue", {"task": "notice.issue", "job": key}, False)]
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs where id = %s", [key])
    sweep()
    assert raised(machine_alerts.FAILED)[0][2]


def test_a_job_of_the_clock_counts_only_while_it_fails(city: Office) -> None:
    job("seals.renew_stamps", '{"timestamp": 7}', "failed")
    sweep(1)
    job("seals.renew_stamps", '{"timestamp": 8}', "failed")
    sweep(2)
    assert [over for _subject, _details, over in raised(machine_alerts.FAILED)] == [False]
    sweep(70)
    assert [over for _subject, _details, over in raised(machine_alerts.FAILED)] == [True]


def test_a_queue_nobody_works_at_is_told_once_however_long_it_grows(city: Office) -> None:
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs where status = 'todo'")
    first = job("notice.issue", '{"case_id": 7}', "todo")
    sweep(9)
    assert raised(machine_alerts.WAITING) == []
    job("notice.issue", '{"case_id": 8}', "todo")
    for minutes in (11, 12, 30):
        sweep(minutes)
    assert raised(machine_alerts.WAITING) == [(machine_alerts.QUEUE, {}, False)]
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs where id >= %s", [first])
    sweep(31)
    assert raised(machine_alerts.WAITING)[0][2]


def test_a_filling_disk_is_told_and_mended_only_with_some_room(city: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    free = {"percent": 15}
    usage = machine_alerts.shutil.disk_usage

    def look(percent: int) -> list[tuple[str, dict[str, Any], bool]]:
        free["percent"] = percent
        sweep()
        return raised(machine_alerts.FILLING)

    monkeypatch.setattr(machine_alerts.shutil, "disk_usage", lambda folder: Usage(1000, 0, 10 * free["percent"]))
    assert look(15) == []
    first = [("disk.volume:data", {"volume": "data", "percent": 9}, False)]
    assert [look(percent) for percent in (9, 8, 11)] == [first, first, first]
    assert look(13)[0][2]
    monkeypatch.setattr(machine_alerts.shutil, "disk_usage", usage)
    assert machine_alerts.volumes()["data"].exists()
