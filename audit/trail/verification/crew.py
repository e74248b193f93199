"""Processes that look at ranges, all on the snapshot of one transaction."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from . import ranges
from .asking import ask
from .types import Looked, Work

AHEAD = 2
"""Ranges handed to each process before the first is done."""
_own: list[psycopg.Connection[Any]] = []
"""The connection of this process, once it has begun."""


def looked(connection: psycopg.Connection[Any], works: Iterable[Work], jobs: int) -> Iterator[Looked]:
    """What each range gave, in order. `connection` is in a transaction that is repeatable read."""
    if jobs < 2:
        for work in works:
            yield ranges.look(connection, work)
        return
    with _pool(connection, jobs) as pool:
        waiting: list[Future[Looked]] = []
        for work in works:
            waiting.append(pool.submit(_look, work))
            if len(waiting) >= AHEAD * jobs:
                yield waiting.pop(0).result()
        while waiting:
            yield waiting.pop(0).result()


@contextmanager
def _pool(connection: psycopg.Connection[Any], jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Processes of their own making: a fork would share our connection."""
    [(snapshot,)] = ask(connection, "select pg_export_snapshot()")
    info = make_conninfo(**connection.info.get_parameters(), password=connection.info.password or None)
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _begin, (info, snapshot))
    try:
        yield pool
    finally:  # whoever stops us waits for the ranges in work, not for those that were to come
        pool.shutdown(cancel_futures=True)


def _begin(info: str, snapshot: str) -> None:
    """Once in each process. It leaves Ctrl-C to the one that started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    connection = psycopg.connect(info)
    begin(connection)
    connection.execute(psycopg.sql.SQL("set transaction snapshot {}").format(snapshot))
    _own.append(connection)


def begin(connection: psycopg.Connection[Any]) -> None:
    """Make the transaction one that reads one state, and let each range be the work of one core."""
    connection.execute("set transaction isolation level repeatable read, read only")
    connection.execute("set local jit = off")
    connection.execute("set local max_parallel_workers_per_gather = 0")


def _look(work: Work) -> Looked:
    return ranges.look(_own[0], work)
