"""Fixtures shared by every test: the office's people live in `tests/support`."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support import append_only

pytest_plugins = ["tests.support.people", "tests.support.stages"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The test database, made so that it can be emptied between tests."""
    with django_db_blocker.unblock():
        append_only.allow_truncate()
