"""Gives the whole test run a database: yours when DATABASE_URL is set, else an embedded server kept between runs.

Loaded with `-p` (see pyproject.toml), because Django's settings read the environment before any conftest does.
Files written by tests go to a folder of their own per run; neither touches what `make run` has.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path
from urllib.parse import quote

import pytest
from psycopg.conninfo import conninfo_to_dict

from hukou.embedded.lease import hold
from hukou.embedded.server import conninfo

# A lost test database is made again; waiting for the disk would only cost time.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "60"}
KEPT = Path(__file__).resolve().parents[2] / "var" / "test"


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None, object, object]:
    """Set DATABASE_URL and HUKOU_DATA_DIR before Django is set up."""
    if not os.environ.get("DATABASE_URL"):
        hold(KEPT, FAST)
        os.environ["DATABASE_URL"] = as_url(KEPT)
    # Pages are made inside the test process; the processes of the workshop have tests of their own.
    os.environ.setdefault("HUKOU_CAPTURE_WORKERS", "0")
    os.environ["HUKOU_DATA_DIR"] = tempfile.mkdtemp(prefix="hukou-test-")
    return (yield)


def pytest_unconfigure() -> None:
    """Remove the files of this run."""
    shutil.rmtree(os.environ["HUKOU_DATA_DIR"], ignore_errors=True)


def as_url(data_dir: Path) -> str:
    """The embedded server of `data_dir` in the form of DATABASE_URL."""
    place = conninfo_to_dict(conninfo(data_dir))
    return f"postgresql://{place['user']}@/{place['dbname']}?host={quote(str(place['host']), safe='')}"
