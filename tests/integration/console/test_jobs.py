"""What a worker does to a case is on record when it begins, and every job when it fails."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from procrastinate.contrib.django import app

from audit.trail import viewing
from audit.trail.models import Event
from hukou.console import jobs

pytestmark = pytest.mark.django_db


def carry_out(job: Any, task: str, number: int = 7, **ids: int) -> Any:
    context: Any = SimpleNamespace(
        job=SimpleNamespace(id=number, task_name=task, attempts=0, task_kwargs=ids or {"timestamp": 1})
    )
    return jobs.on_record(job, context, None)


def fail() -> None:
    raise OSError("the number of a citizen could stand here")


def told() -> list[tuple[str, str, int | None, dict[str, Any]]]:
    events = Event.objects.filter(action__startswith="job.").order_by("pk")
    return [(event.action, event.subject, event.case_id, event.details) for event in events]


def test_every_worker_takes_its_jobs_through_the_record() -> None:
    assert app.worker_defaults["task_middleware"] == [jobs.on_record]


def test_a_job_on_a_case_is_told_when_it_begins() -> None:
    assert carry_out(lambda: "done", "notice.issue", case_id=12) == "done"

    details = {"task": "notice.issue", "attempt": 1, "case_id": 12}
    assert told() == [("job.started", "jobs.job:7", 12, details)]


def test_a_failure_is_told_by_its_kind_and_never_by_its_words() -> None:
    with pytest.raises(OSError, match="could stand here"):
        carry_out(fail, "seals.put_on", application_id=3)

    details = {"task": "seals.put_on", "attempt": 1, "application_id": 3}
    assert told()[1] == ("job.failed", "jobs.job:7", None, {**details, "error": "OSError"})


def test_the_clocks_own_jobs_are_told_only_when_they_fail_and_not_every_time() -> None:
    viewing.noted.forget()
    carry_out(lambda: None, "alerts.sweep")
    for number in (8, 9):
        with pytest.raises(OSError, match="could stand here"):
            carry_out(fail, "alerts.sweep", number)

    assert [(action, subject) for action, subject, _case, _details in told()] == [("job.failed", "jobs.job:8")]
