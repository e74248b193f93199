"""Fixtures shared by every test: the office's people live in `tests/support`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from tests.support import append_only

pytest_plugins = ["tests.support.people", "tests.support.stages"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The test database, made so that it can be emptied between tests."""
    with django_db_blocker.unblock():
        append_only.allow_truncate()


@pytest.fixture(autouse=True)
def _no_job_is_left_over(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """Django empties the tables of its own models after a test that commits; the queue's are not among them."""
    yield
    mark = request.node.get_closest_marker("django_db")
    if mark is not None and mark.kwargs.get("transaction"):
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("truncate procrastinate_jobs, procrastinate_workers restart identity cascade")
