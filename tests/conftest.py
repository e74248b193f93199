"""Fixtures shared by every test: the office's people live in `tests/support`."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from hukou.catalogue import parsing
from tests.support import append_only
from workflows.seals.keys import files

SHIPPED_COST = files.COST

pytest_plugins = ["tests.support.people", "tests.support.stages"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The test database, made so that it can be emptied between tests; that it was made is forgotten."""
    with django_db_blocker.unblock():
        append_only.allow_truncate()
        append_only.empty()


@pytest.fixture(scope="session", autouse=True)
def _what_takes_long_is_done_once() -> Iterator[None]:
    """The same file is parsed once, and a PIN is stretched with few rounds; the tests of both ask for the real thing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parsing, "parse", functools.cache(parsing.parse))
        patch.setattr(files, "COST", 2**4)
        yield


@pytest.fixture(autouse=True)
def _no_job_is_left_over(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """Django empties the tables of its own models after a test that commits; the queue's are not among them."""
    yield
    mark = request.node.get_closest_marker("django_db")
    if mark is not None and mark.kwargs.get("transaction"):
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("truncate procrastinate_jobs, procrastinate_workers restart identity cascade")
