"""What the embedded database costs: a question, a commit that is safe on disk, a start, a recovery."""

from __future__ import annotations

import os
import signal
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from django.db import connection, transaction

from hukou.embedded import server

ASKED = 500


def rows() -> list[tuple[str, float, str, str]]:
    """Medians over 500 questions and 500 commits; one start and one recovery in a folder of their own."""
    with connection.cursor() as cursor:
        cursor.execute("create table bench_commit (n integer)")
        cursor.execute("show fsync")
        safe = f"fsync {cursor.fetchone()[0]}"
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        try:
            first = _milliseconds(lambda: server.ensure(site))
            server.stop(site)
            again = _milliseconds(lambda: server.ensure(site))
            os.kill(server.status(site).pid or 0, signal.SIGKILL)
            recovered = _milliseconds(lambda: server.ensure(site))
        finally:
            server.stop(site)
    return [
        ("database: one question", _median(_ask), "ms", "median"),
        ("database: one committed row", _median(_commit), "ms", f"median, {safe}"),
        ("database: first start", first, "ms", "initdb included"),
        ("database: start", again, "ms", ""),
        ("database: back after kill -9", recovered, "ms", "idle server"),
    ]


def _ask() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select 1")


def _commit() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("insert into bench_commit values (1)")


def _median(work: Callable[[], object]) -> float:
    return statistics.median(_milliseconds(work) for _ in range(ASKED))


def _milliseconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - begun)
