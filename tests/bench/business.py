"""What the trail costs a business transaction: changed case, a look, 5 ms of program, with and without the event of it.

The statement is that of the ledger; connections are real and many, in processes of their own, so that Python is not what
is measured. Pairs of short runs, with and without, one after the other; the median of their ratios is what counts.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import django
import psycopg
from psycopg.conninfo import make_conninfo

from audit.trail.context import Origin
from audit.trail.ledger import Draft
from hukou.accounts.models import Officer
from hukou.kernel import clock

CONNECTIONS = (1, 8, 32)
PROCESSES = 4
PAIRS = 3
SECONDS = 1.5
ROUNDS = 1_000
APPLICATION = 0.005  # seconds of program inside the transaction


@dataclass(frozen=True)
class Job:
    """What one process does."""

    info: str
    append: str | None
    """The ledger's statement. None: without the trail."""
    first: int
    connections: int


def rows() -> list[tuple[str, float, str, str]]:
    """Transactions per second with the trail, and the ratio to those without."""
    from django.db import connection

    from audit.trail import ledger

    with connection.cursor() as cursor:
        cursor.execute("create table bench_case (id bigint primary key, step int not null default 0, said text)")
        cursor.execute("insert into bench_case select n, 0, repeat('x', 300) from generate_series(0, 63) n")
    driver = connection.connection
    info = make_conninfo(**driver.info.get_parameters(), password=driver.info.password or None)
    append = ledger.APPEND
    found = []
    with ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("spawn"), initializer=django.setup) as pool:
        _run(pool, info, 32, append)  # processes start, and the database has seen it all once
        for connections in CONNECTIONS:
            pairs = [(_run(pool, info, connections, None), _run(pool, info, connections, append)) for _ in range(PAIRS)]
            ratios = sorted(with_it / without for without, with_it in pairs)
            note = f"ratios {', '.join(f'{ratio:.2f}' for ratio in ratios)}; aim 0.95"
            speed = median(with_it for _without, with_it in pairs)
            found.append((f"trail: business transactions, {connections} connections", speed, "tx/s", ""))
            found.append((f"trail: with ÷ without it, {connections} connections", median(ratios), "", note))
    return [*_cost(info, append), *found]


def _cost(info: str, append: str) -> list[tuple[str, float, str, str]]:
    """CPU an act adds to its transaction, on one connection: what remains when the machine has other work too."""
    spent = {}
    with psycopg.connect(info, autocommit=True) as connection:
        for told in (None, append, None, append):
            before = _cpu(connection)
            for number in range(ROUNDS):
                with connection.transaction():
                    connection.execute("update bench_case set step = step + 1 where id = %s", [number % 64])
                    if told:
                        _record(connection, number % 64, told)
            spent[told is not None] = [
                (after - then) / ROUNDS for after, then in zip(_cpu(connection), before, strict=True)
            ]
    program, database = (1000 * (with_it - without) for without, with_it in zip(spent[False], spent[True], strict=True))
    return [("trail: CPU an act adds", program + database, "ms", f"database {database:.2f}, program {program:.2f}")]


def _cpu(connection: psycopg.Connection[Any]) -> tuple[float, float]:
    """Seconds of CPU of this process and of the one of the database that serves the connection."""
    try:
        ticks = Path(f"/proc/{connection.info.backend_pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    except OSError:  # the database is on another machine
        ticks = []
    return time.process_time(), sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def _run(pool: ProcessPoolExecutor, info: str, connections: int, append: str | None) -> float:
    """Transactions per second of all connections together."""
    shares = [len(range(process, connections, PROCESSES)) for process in range(PROCESSES)]
    jobs = [Job(info, append, 16 * number, share) for number, share in enumerate(shares) if share]
    return sum(pool.map(_work, jobs)) / SECONDS


def _work(job: Job) -> int:
    """In a process of its own: so many connections, each with a case of its own. Returns how many transactions ended."""
    done = [0] * job.connections
    threads = [threading.Thread(target=_act, args=(job, n, done)) for n in range(job.connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done)


def _act(job: Job, place: int, done: list[int]) -> None:
    case = job.first + place
    with psycopg.connect(job.info, autocommit=True) as connection:
        ends = time.monotonic() + SECONDS
        while time.monotonic() < ends:
            with connection.transaction():
                connection.execute("update bench_case set step = step + 1 where id = %s", [case])
                connection.execute("select step, said from bench_case where id = %s", [case]).fetchone()
                time.sleep(APPLICATION)
                if job.append:
                    _record(connection, case, job.append)
            done[place] += 1


def _record(connection: psycopg.Connection[Any], case: int, append: str) -> None:
    """The statement of an act."""
    draft = Draft(
        at=clock.now(), action="case.page_placed", subject=f"cases.case:{case}", case_id=case,
        by=Officer(pk=1, number="010203"), office=None, origin=Origin("10.11.12.13", "0123456789abcdef" * 2),
        details={"material": "M_APPLY_FORM", "page": case, "sha256": "ab" * 32},
    )  # fmt: skip
    connection.execute(append, {name: [value] for name, value in draft.parameters().items()} | {"day": clock.today()})
