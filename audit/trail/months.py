"""One table of events per month, made ahead of time."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection, transaction

from hukou.kernel import clock

AHEAD = 3
"""Months that stand ready besides the running one."""


def make() -> list[str]:
    """Make the tables of the running month and the next three. Returns those that stand.

    Raises OperationalError when the database was busy for three seconds; tomorrow is early enough to try again.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local lock_timeout = '3s'")
        cursor.execute(
            "select trail_make_month((%s::date + month * interval '1 month')::date) from generate_series(0, %s) month",
            [clock.today().replace(day=1), AHEAD],
        )
        return [name for (name,) in cursor.fetchall() if name]


def missing() -> str:
    """The coming month when it has no table, as 2026_12; "" when all is ready."""
    coming = clock.today().replace(day=1) + timedelta(days=31)
    with connection.cursor() as cursor:
        cursor.execute("select to_regclass(%s)", [f"trail_event_{coming:%Y_%m}"])
        return "" if cursor.fetchone()[0] else f"{coming:%Y_%m}"
