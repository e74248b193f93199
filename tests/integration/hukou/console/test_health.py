"""/healthz tells the truth about each part."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from audit.trail import months
from capture.pipeline import networks
from hukou.calendar import queries as calendar
from hukou.console import health
from hukou.embedded.server import APPLICATION
from hukou.kernel import clock
from tests.support import append_only

pytestmark = pytest.mark.django_db


def heard_of_worker(seconds_ago: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_workers (last_heartbeat) values (%s)",
            [clock.now() - timedelta(seconds=seconds_ago)],
        )


def ask(client: Client) -> tuple[int, dict[str, Any]]:
    answer = client.get("/healthz")
    return answer.status_code, json.loads(answer.content)


def test_all_is_well_when_a_worker_was_heard_of(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(networks, "state", lambda _network: "ready")
    monkeypatch.setattr(calendar, "year_missing", lambda _today: None)
    heard_of_worker(3)
    months.make()

    with append_only.truncate_guards_on(), append_only.acting_as(APPLICATION):
        status, body = ask(client)

    assert (status, [part for part in body["parts"].items() if part[1]["status"] != "ok"]) == (200, [])
    assert body["status"] == "ok"
    assert set(body["parts"]) == {
        *("database", "worker", "jobs", "trail", "guards", "storage", "pictures", "networks", "holidays", "texts")
    }
    assert {part["status"] for part in body["parts"].values()} == {"ok"}


def test_a_trail_without_its_guards_is_told(client: Client) -> None:
    with append_only.maintenance() as cursor:
        cursor.execute("alter table trail_leaf disable trigger trail_leaf_no_change")

    part = ask(client)[1]["parts"]["guards"]

    assert part["status"] == "degraded"
    assert "trigger trail_refuse_change of trail_leaf is off" in part["detail"]
    assert "the application is connected as a superuser" in part["detail"]


def test_a_silent_worker_degrades_the_site_but_people_can_work(client: Client) -> None:
    heard_of_worker(3600)

    status, body = ask(client)

    assert (status, body["status"]) == (200, "degraded")
    assert body["parts"]["worker"] == {"status": "degraded", "detail": "0 alive"}


def test_a_job_that_failed_for_good_is_told(client: Client) -> None:
    heard_of_worker(1)
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs")  # of other tests
        cursor.execute(
            "insert into procrastinate_jobs (queue_name, task_name, status) values ('default', 'seals.apply', 'failed')"
        )

    assert ask(client)[1]["parts"]["jobs"] == {"status": "degraded", "detail": "0 waiting, 1 failed"}


def test_a_job_of_the_clock_counts_only_while_its_newest_run_has_failed(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs")  # of other tests
        cursor.execute("delete from procrastinate_periodic_defers")

    def detail() -> str:
        return str(ask(client)[1]["parts"]["jobs"]["detail"])

    given_out(100, "failed")
    newest = given_out(200, "failed")
    assert detail() == "0 waiting, 1 failed", "one task, however often it failed"

    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set status = 'todo', attempts = 1 where id = %s", [newest])
    assert detail() == "1 waiting, 1 failed", "it failed and is tried again"

    went_well = given_out(300, "doing")
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs where id = %s", [went_well])
    assert detail() == "1 waiting, 0 failed", "what went well is deleted"

    given_out(400, "failed")
    assert detail() == "1 waiting, 1 failed"


def given_out(timestamp: int, status: str) -> int:
    """A run of a task the clock repeats, as procrastinate keeps it: of what it gave out, the newest only."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_jobs (queue_name, task_name, args, status)"
            " values ('default', 'seals.renew_stamps', jsonb_build_object('timestamp', %s::bigint), %s) returning id",
            [timestamp, status],
        )
        (key,) = cursor.fetchone()
        cursor.execute("delete from procrastinate_periodic_defers where task_name = 'seals.renew_stamps'")
        cursor.execute(
            "insert into procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp, job_id)"
            " values ('seals.renew_stamps', '', %s, %s)",
            [timestamp, key],
        )
    return int(key)


def test_a_network_that_is_not_there_is_told_and_people_can_work(
    client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(networks, "FOLDER", tmp_path)
    heard_of_worker(1)

    status, body = ask(client)

    assert (status, body["status"]) == (200, "degraded")
    assert body["parts"]["networks"]["detail"] == "orientation.onnx absent, faces.onnx absent: run make setup"


def test_an_unwritable_data_folder_is_down(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.HUKOU_DATA_DIR = tmp_path / "gone"

    status, body = ask(client)

    assert (status, body["status"]) == (503, "down")
    assert body["parts"]["storage"]["status"] == "down"


def test_a_database_that_does_not_answer_is_down_without_an_error_page(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> health.Part:
        raise OperationalError("connection to server at 10.0.0.7 failed")

    monkeypatch.setitem(health.PARTS, "database", broken)

    status, body = ask(client)

    assert status == 503
    assert body["parts"]["database"] == {"status": "down", "detail": "OperationalError"}


def test_holidays_nobody_entered_are_told(client: Client) -> None:
    heard_of_worker(3)

    status, body = ask(client)

    assert (status, body["parts"]["holidays"]["status"]) == (200, "degraded")
    assert "/calendar/" in body["parts"]["holidays"]["detail"]
