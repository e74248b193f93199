"""Background jobs that failed: told in plain words, tried again once, by who may, and on record with the reason."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from audit.trail.models import Event
from hukou.accounts.models import Officer
from hukou.console.background import actions, errors, queries, words
from hukou.console.oversight import subjects
from hukou.kernel.errors import NotFound
from tests.support.pressing import Press, one_acted, pressed_at_once
from workflows.cases.models import Case

from .conftest import SignedIn

pytestmark = pytest.mark.django_db


def job(task: str = "notice.issue", args: str = "{}", status: str = "failed", lock: str | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_jobs (queue_name, task_name, args, status, attempts, queueing_lock)"
            " values ('default', %s, %s, %s, 8, %s) returning id",
            [task, args, status, lock],
        )
        (key,) = cursor.fetchone()
        if status == "failed":
            cursor.execute("insert into procrastinate_events (job_id, type, at) values (%s, 'failed', now())", [key])
    return int(key)


def told(*actions: str) -> list[tuple[str, str, int | None, dict[str, Any]]]:
    events = Event.objects.filter(action__in=actions).order_by("pk")
    return [(event.action, event.subject, event.case_id, event.details) for event in events]


def states(task: str) -> list[str]:
    return list(ProcrastinateJob.objects.filter(task_name=task).order_by("pk").values_list("status", flat=True))


def test_every_task_of_the_site_has_plain_words() -> None:
    app.perform_import_paths()
    ours = {name for name in app.tasks if not name.startswith(("builtin", "procrastinate."))}
    assert ours == set(words.WORK)


def test_the_case_is_named_only_to_who_may_see_it(
    signed_in: SignedIn, ready: Case, city_officer: Officer, overseer: Officer, system_admin: Officer
) -> None:
    job(args=f'{{"case_id": {ready.pk}}}')
    assert queries.failed()[0].jobs[0].case_id == ready.pk
    for officer, sees, may in ((city_officer, True, True), (overseer, True, False), (system_admin, False, True)):
        page = signed_in(officer).get("/jobs/").content.decode()
        assert str(words.of("notice.issue").does) in page
        assert (f"/cases/{ready.pk}/" in page, 'id="retry"' in page) == (sees, may)


def test_an_alert_leads_to_the_job_where_the_officer_may_go(clerk: Officer, system_admin: Officer) -> None:
    about = "jobs.task:seals.put_on"
    assert subjects.name(about, system_admin).url == "/jobs/#task-seals.put_on"
    assert subjects.name(about, clerk) == subjects.Named(str(words.of("seals.put_on").does), "", "seals.put_on")


def test_a_failed_job_waits_again_and_the_trail_tells_of_its_case_why(ready: Case, system_admin: Officer) -> None:
    key = job(args=f'{{"case_id": {ready.pk}}}')
    with pytest.raises(errors.ReasonMissing):
        actions.retry(job_id=key, reason="陈思远要的", by=system_admin)
    actions.retry(job_id=key, reason="mended", by=system_admin)
    assert states("notice.issue") == ["todo"]
    details = {"task": "notice.issue", "reason": "mended", "attempts": 8}
    assert told("job.retried") == [("job.retried", f"jobs.job:{key}", ready.pk, details)]
    with pytest.raises(errors.NotFailed):
        actions.retry(job_id=key, reason="mended", by=system_admin)
    with pytest.raises(NotFound):
        actions.retry(job_id=key + 1, reason="mended", by=system_admin)
    codes = [details["code"] for *_rest, details in told("job.retry.refused")]
    assert codes == ["job_reason_missing", "job_not_failed", "not_found"]


def test_all_of_a_task_go_together_and_one_of_the_clock_does_for_all(system_admin: Officer) -> None:
    keys = [job("figures.rework"), job("figures.rework")]
    assert actions.retry_all(task="figures.rework", reason="look", by=system_admin) == actions.Again(2, 0, 0)
    assert [subject for _action, subject, *_rest in told("job.retried")] == [f"jobs.job:{key}" for key in keys]

    for stamp in range(3):
        job("alerts.sweep", f'{{"timestamp": {stamp}}}', lock="alerts.sweep")
    assert actions.retry_all(task="alerts.sweep", reason="back", by=system_admin) == actions.Again(1, 2, 0)
    assert states("alerts.sweep") == ["todo"]

    again = job("alerts.sweep", '{"timestamp": 9}', lock="alerts.sweep")
    with pytest.raises(errors.WaitsAlready):
        actions.retry(job_id=again, reason="back", by=system_admin)
    assert actions.retry_all(task="alerts.sweep", reason="back", by=system_admin) == actions.Again(0, 1, 0)
    assert [details["count"] for *_rest, details in told("job.superseded")] == [2, 1]


@pytest.mark.django_db(transaction=True)
def test_pressed_twice_at_once_it_is_tried_once(system_admin: Officer) -> None:
    press = Press(system_admin, f"/jobs/{job()}/retry/", {"reason": "mended"})
    one_acted(pressed_at_once(press, press), errors.NotFailed)
    assert states("notice.issue") == ["todo"]
    assert len(told("job.retried")) == 1
