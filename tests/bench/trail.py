"""How fast acts are recorded, sequenced and verified. Runs in a scratch database the caller has made.

`HUKOU_BENCH_EVENTS=1000000` (200 000 otherwise) shows how it grows.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from django.db import connection, transaction
from django.test import override_settings

from audit.trail import actions as trail
from audit.trail import entries, publication, verifier
from hukou.accounts.models import Duty, Office, Officer
from hukou.kernel import clock
from tests.support.append_only import as_superuser

ACTS = 3_000
ACTS_PER_TRANSACTION = 3  # about what a verb with its alert and notice writes
EVENTS = int(os.environ.get("HUKOU_BENCH_EVENTS", "200000"))
LEAF = 400  # bytes; about what an event has
Row = tuple[str, float, str, str]


def rows() -> list[Row]:
    """(what, value, unit, note) of each measurement."""
    with tempfile.TemporaryDirectory() as folder, override_settings(HUKOU_DATA_DIR=Path(folder)):
        officer = _officer()
        recording = _seconds(lambda: _record(officer))
        trail.sequence(patience=60)
        _insert(EVENTS)
        sequencing = _seconds(lambda: trail.sequence(patience=60))
        publishing = _seconds(publication.publish)
        return [
            ("trail: acts recorded", ACTS / recording, "events/s", ""),
            ("trail: events sequenced and signed", EVENTS / sequencing, "events/s", f"of {EVENTS:,}"),
            ("trail: events published", EVENTS / publishing, "events/s", "tiles"),
            *_verified(),
        ]


def _verified() -> list[Row]:
    limit = 1 / _of_silicon()
    found: list[Row] = [("trail: SHA-256 alone, leaf and node", limit, "events/s", "the limit of one core")]
    for jobs in (1, 2):
        spent, began = _cpu(), time.perf_counter()
        report = verifier.verify(jobs=jobs)
        taken, spent = time.perf_counter() - began, _cpu() - spent
        assert report.held, report.findings
        note = f"{report.events / spent:,.0f} per second of one core, database and Python together" if jobs == 1 else ""
        found.append((f"trail: full verification, jobs={jobs}", report.events / taken, "events/s", note))
    nothing = _seconds(lambda: verifier.verify(since=report.tree_size))
    return [*found, ("trail: verification with nothing new", 1000 * nothing, "ms", "")]


def _of_silicon() -> float:
    """Seconds of hashing one event and its share of the tree."""
    leaf, node, times = b"\0" + bytes(LEAF), b"\1" + bytes(64), 200_000
    began = time.process_time()
    for _ in range(times):
        hashlib.sha256(leaf).digest()
        hashlib.sha256(node).digest()
    return (time.process_time() - began) / times


def _cpu() -> float:
    """Seconds of CPU of this process and of the process of the database that works for it."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        (pid,) = cursor.fetchone()
    try:
        ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    except OSError:  # the database is on another machine
        ticks = []
    return time.process_time() + sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def _insert(number: int) -> None:
    """Events as `record` writes them, one for each of many cases; by COPY, for a million of them would take long."""
    began = clock.now() - timedelta(seconds=30)
    columns = ", ".join(entries.FIELDS)
    with as_superuser() as cursor, transaction.atomic():
        cursor.execute(
            "insert into trail_tally select 'cases.case:' || n, 1 from generate_series(1000000, %s) n",
            [999_999 + number],
        )
        with cursor.copy(f"copy trail_event ({columns}, leaf) from stdin") as copy:
            for n in range(number):
                entry = entries.Entry(
                    at=began + timedelta(microseconds=n), action="case.page_placed", subject=f"cases.case:{1_000_000 + n}",
                    subject_seq=1, case_id=1_000_000 + n, officer_id=n % 500, officer_number=f"01{n % 500:04}", office_id=7,
                    office_code="990102010000", duty="desk_officer", workstation="10.11.12.13", session="0123456789abcdef" * 2,
                    details={"material": "M_APPLY_FORM", "page": n, "sha256": "ab" * 32},
                )  # fmt: skip
                said = {**vars(entry), "details": json.dumps(entry.details)}
                copy.write_row([*(said[name] for name in entries.FIELDS), entry.to_bytes()])
    with connection.cursor() as cursor:
        cursor.execute("analyze trail_event")


def _officer() -> Officer:
    city = Office.objects.create(code="990900000000", name="测速市局", short_name="测速", level=Office.Level.CITY)
    officer = Officer.objects.create(number="bench-trail", name="测速", id_number="", kind=Officer.Kind.OFFICER)
    Duty.objects.create(officer=officer, office=city, role=Duty.Role.CITY_OFFICER, starts_on=date(2020, 1, 1))
    return officer


def _record(officer: Officer) -> None:
    for case in range(ACTS // ACTS_PER_TRANSACTION):
        with transaction.atomic():
            for step in range(ACTS_PER_TRANSACTION):
                trail.record("alert.closed", subject=f"cases.case:{case}", by=officer, details={"step": step})


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
