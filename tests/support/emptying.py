"""Empties the test database after a test that committed: only the tables that have rows, in a tenth of the time of a flush.

What Django fills itself after each migration (content types, permissions) is left as it is and need not be made again.
"""

from __future__ import annotations

from functools import cache

from django.db import connection, transaction
from django.test import TransactionTestCase

from hukou.console.measuring.tables import trusted

LEFT = {"django_migrations", "django_content_type", "auth_permission"}
QUEUE = {"procrastinate_jobs", "procrastinate_events", "procrastinate_periodic_defers", "procrastinate_workers"}
"""Tables of jobs, which are no models of ours."""
MUCH = 2**20
"""A table of so many bytes is given back to the disk, so that the next test does not read through what was deleted."""
# Their row guards stand against everybody; those of truncation are off here (`append_only`).
_GUARDED = "select distinct tgrelid::regclass::text from pg_trigger where tgenabled = 'A'"


flush = TransactionTestCase._fixture_teardown


def empty_after(test: TransactionTestCase) -> None:
    """In place of Django's flush, where the account of the tests may do so (a superuser; else it takes longer)."""
    if not trusted():
        flush(test)
        return
    every, guarded = _tables()
    with connection.cursor() as cursor:
        cursor.execute(" union all ".join(f"select '{table}' where exists (select from {table})" for table in every))
        filled = {table for (table,) in cursor.fetchall()}
        if not filled:
            return
        with transaction.atomic():
            if told := sorted(filled & guarded):
                cursor.execute(f"truncate {', '.join(told)} cascade")
            # All are emptied, so nothing need be asked that names a row of another.
            cursor.execute("set local session_replication_role = replica")
            cursor.execute(";".join(f"delete from {table}" for table in sorted(filled - guarded)) or "select")
        for table in sorted(filled - guarded):
            cursor.execute("select pg_relation_size(%s::regclass) > %s", [table, MUCH])
            if cursor.fetchone() == (True,):
                cursor.execute(f"vacuum {table}")


@cache
def _tables() -> tuple[list[str], set[str]]:
    """All that are emptied, and those of them that can only be truncated."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    with connection.cursor() as cursor:
        cursor.execute(_GUARDED)
        guarded = {table for (table,) in cursor.fetchall()}
    return sorted({*names, *QUEUE} - LEFT), guarded
