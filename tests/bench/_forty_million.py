"""`python -m tests.bench._forty_million [--timers N]`: the sweep beside forty million timers, in a database made and dropped for it.

Left out of `make bench`: forty million need 16 GB of disk and half an hour, and so the rows of what is measured are printed
as soon as they are known. `DATABASE_URL` names another server to do it on; nothing but the new database is touched there.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta

from hukou.embedded.lease import lease
from tests.bench.__main__ import PLACE
from tests.support.server import as_url

RULES = ("bench.late", "bench.step_late", "bench.step_soon", "bench.not_uploaded")
"""Timers of one case."""
AT_ONCE = 1_000_000
INDEXES = ("timer_to_fire", "timer_seen_once", "timer_one_standing", "timer_one_happening")


def main() -> None:
    """Make, measure, drop."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--timers", type=int, default=40_000_000)
    asked = parser.parse_args()
    if os.environ.get("DATABASE_URL"):
        _measure(asked.timers)
    else:
        with lease(PLACE):
            os.environ["DATABASE_URL"] = as_url(PLACE)
            _measure(asked.timers)


def _measure(timers: int) -> None:
    os.environ["HUKOU_DATA_DIR"] = tempfile.mkdtemp(prefix="hukou-bench-")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hukou.settings")
    import django

    django.setup()
    from django.db import connection

    before = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        for what, value, unit in _rows(timers):
            sys.stdout.write(f"{what:50} {value:>14,.2f}  {unit}\n")
            sys.stdout.flush()
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)
        shutil.rmtree(os.environ["HUKOU_DATA_DIR"], ignore_errors=True)


def _rows(timers: int) -> Iterator[tuple[str, float, str]]:
    from audit.alerts import firing, reconciling, rules
    from hukou.kernel import clock
    from tests.bench import alerts

    offices = alerts.make_city()
    for name in RULES:
        rules.register(rules.AlertRule(name, name, kind=rules.Kind.LATE))
    began = time.perf_counter()
    _fill(offices, timers)
    yield f"{timers:,} timers made", time.perf_counter() - began, "s"
    yield from _sizes()
    idle = sorted(alerts.seconds(lambda: firing.fire(clock.now())) for _ in range(50))
    yield "sweep, nothing new: median", 1000 * idle[25], "ms"
    yield "sweep, nothing new: slowest of 50", 1000 * idle[-1], "ms"
    yield "sweep, nothing new: time of the database", alerts.in_the_database(), "ms"
    for minute in range(5):
        first = 10**10 + minute * alerts.NEW
        alerts.fill(offices, first, first + alerts.NEW - 1, since=clock.now(), step="0 seconds")
        yield f"sweep that raises {alerts.NEW}", 1000 * alerts.seconds(lambda: firing.fire(clock.now())), "ms"
    for sweepers in (1, 2):
        took = alerts.backlog(offices, sweepers, first=sweepers * 2 * 10**10)
        yield f"backlog of {alerts.BACKLOG:,}, {sweepers} at once", alerts.BACKLOG / took, "alerts/s"
    yield "hourly look", alerts.seconds(reconciling.catch_up), "s"
    yield from _sizes()


def _fill(offices: list[int], timers: int) -> None:
    """Without indexes, which are made afterwards as the migrations made them."""
    from django.db import connection

    from hukou.kernel import clock
    from tests.bench import alerts

    with connection.cursor() as cursor:
        cursor.execute("select indexdef from pg_indexes where indexname = any(%s)", [list(INDEXES)])
        made = [definition for (definition,) in cursor.fetchall()]
        for index in INDEXES:
            cursor.execute(f"drop index {index}")
        of_each = timers // len(RULES)
        for rule in RULES:
            for first in range(1, of_each + 1, AT_ONCE):
                last, since = min(of_each, first + AT_ONCE - 1), clock.now() + timedelta(days=1)
                alerts.fill(offices, first, last, since=since, step="5 seconds", rule=rule)
        for definition in made:
            cursor.execute(definition)
    alerts.vacuum()


def _sizes() -> Iterator[tuple[str, float, str]]:
    from django.db import connection

    with connection.cursor() as cursor:
        for what in ("alerts_timer", "alerts_alert"):
            cursor.execute("select pg_total_relation_size(%s)", [what])
            yield f"size of {what}", cursor.fetchone()[0] / 2**20, "MB"
        cursor.execute("select pg_relation_size('timer_to_fire')")
        yield "size of what the sweep asks", cursor.fetchone()[0] / 2**20, "MB"


if __name__ == "__main__":
    main()
