"""What alerts cost: a minute with nothing new, one with a few, a backlog of 100 000, and arming inside a verb.

`HUKOU_BENCH_TIMERS=10000000` (200 000 otherwise) timers stand beside them that are not due; ten million need 5 GB of disk and
some minutes. `python -m tests.bench._forty_million` goes further.
"""

from __future__ import annotations

import os
import statistics
import time
import traceback
from collections.abc import Callable
from datetime import timedelta

from django.db import connection, transaction

from audit.alerts import actions, firing, reconciling, rules, statements
from audit.alerts.models import Alert, Timer
from hukou.accounts.models import Duty, Office, Officer
from hukou.kernel import clock

STANDING = int(os.environ.get("HUKOU_BENCH_TIMERS", "200000"))
BACKLOG = 100_000
NEW = 100
"""Timers that come due within one minute: the busiest minute of a city of a million cases a year."""
ARMED = 500
RULE = "bench.late"
FILL = """
insert into alerts_timer (rule, subject, case_id, office_id, due_at, rung, fire_at, state, happened, details)
select %(rule)s, 'cases.case:' || n, n, (%(offices)s::bigint[])[1 + n %% %(many)s], at, 0, at, 'waiting', false,
       jsonb_build_object('number', 'HJ' || n)
from (select n, %(since)s::timestamptz + (n - %(first)s) * %(step)s::interval as at
      from generate_series(%(first)s::bigint, %(last)s::bigint) n) made
"""
Row = tuple[str, float, str, str]


def rows() -> list[Row]:
    """(what, value, unit, note) of each measurement."""
    offices = make_city()
    rules.register(rules.AlertRule(RULE, "Late", kind=rules.Kind.LATE))
    fill(offices, 1, STANDING, since=clock.now() + timedelta(days=3), step="3 seconds")
    vacuum()
    beside = f"{STANDING:,} timers stand"
    idle = [seconds(lambda: firing.fire(clock.now())) for _ in range(50)]
    measured: list[Row] = [
        ("alerts: sweep of timers, nothing new", 1000 * statistics.median(idle), "ms", beside),
        ("alerts: same, time of the database", in_the_database(), "ms", "as `explain analyze` has it"),
        (
            "alerts: whole sweep with the watched facts",
            1000 * seconds(actions.sweep),
            "ms",
            f"{len(rules.registered())} rules",
        ),
    ]
    window = []
    for minute in range(10):
        fill(offices, 10**9 + minute * NEW, 10**9 + (minute + 1) * NEW - 1, since=clock.now(), step="0 seconds")
        window.append(seconds(lambda: firing.fire(clock.now())))
    measured.append((f"alerts: sweep that raises {NEW}", 1000 * statistics.median(window), "ms", "one event for all"))
    for sweepers in (1, 2):
        spent = backlog(offices, sweepers, first=sweepers * 2 * 10**9)
        many = "1 sweeper" if sweepers == 1 else f"{sweepers} sweepers"
        measured.append((f"alerts: backlog of {BACKLOG:,}, {many}", BACKLOG / spent, "alerts/s", "on record and told"))
    began = time.perf_counter()
    assert reconciling.catch_up().whole
    measured.append(("alerts: hourly look at what was overlooked", time.perf_counter() - began, "s", ""))
    arming = [_armed(offices[0], n) for n in range(ARMED)]
    same = [_armed(offices[0], n) for n in range(ARMED)]
    return [
        *measured,
        ("alerts: armed within a verb", 1000 * statistics.median(arming), "ms", "without the commit"),
        ("alerts: armed again as it was", 1000 * statistics.median(same), "ms", ""),
    ]


def make_city() -> list[int]:
    """A city, three branches, nine stations, each with a leader; the keys of the stations."""
    city = Office.objects.create(code="990000000000", name="市局", short_name="市局", level="city")
    stations = []
    for n in range(3):
        name = f"分局{n}"
        branch = Office.objects.create(
            code=f"9900{n + 1:02}000000", name=name, short_name=name, level="branch", parent=city
        )
        for m in range(3):
            station = Office.objects.create(
                code=f"9900{n + 1:02}{m + 1:02}0000",
                name=f"所{n}{m}",
                short_name=f"所{n}{m}",
                level="station",
                parent=branch,
            )
            leader = Officer.objects.create(number=f"{n}{m}", name="所长", id_number="", kind="officer")
            Duty.objects.create(officer=leader, office=station, role="station_leader", starts_on="2020-01-01")
            stations.append(station.pk)
    return stations


def fill(offices: list[int], first: int, last: int, *, since: object, step: str, rule: str = RULE) -> None:
    """Let timers stand, as a trigger would have armed them."""
    with connection.cursor() as cursor:
        cursor.execute(
            FILL,
            {
                "rule": rule,
                "offices": offices,
                "many": len(offices),
                "since": since,
                "step": step,
                "first": first,
                "last": last,
            },
        )


def vacuum() -> None:
    """As autovacuum would have left it."""
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze alerts_timer")


def in_the_database() -> float:
    """Milliseconds the claim of an idle sweep takes in the database; the median of some."""
    took = []
    with connection.cursor() as cursor:
        for _ in range(20):
            with transaction.atomic():
                cursor.execute("explain (analyze, format json) " + statements.CLAIM, [clock.now(), firing.BATCH])
                (plan,) = cursor.fetchone()[0]
            took.append(plan["Planning Time"] + plan["Execution Time"])
    return statistics.median(took)


def backlog(offices: list[int], sweepers: int, *, first: int) -> float:
    """Seconds in which so many sweepers together raise the backlog; each is a process of its own."""
    before = Alert.objects.count()
    fill(offices, first, first + BACKLOG - 1, since=clock.now() - timedelta(hours=1), step="0.03 seconds")
    vacuum()
    connection.close()
    connection.close_pool()  # a child opens one of its own
    began, children = time.perf_counter(), []
    for _ in range(sweepers):
        child = os.fork()
        if child == 0:
            status = 1
            try:
                firing.fire(clock.now())
                status = 0
            except Exception:
                traceback.print_exc()
            finally:
                os._exit(status)
        children.append(child)
    for child in children:
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    took = time.perf_counter() - began
    assert Alert.objects.count() == before + BACKLOG
    assert Timer.objects.filter(rung=1, rule=RULE).count() >= BACKLOG
    return took


def seconds(act: Callable[[], object]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _armed(office: int, n: int) -> float:
    due = clock.now().replace(microsecond=0) + timedelta(days=30)
    with transaction.atomic():
        return seconds(
            lambda: actions.arm(
                RULE, f"cases.case:{8 * 10**9 + n}", office_id=office, due_at=due, details={"number": "1"}
            )
        )
