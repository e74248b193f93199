"""Test databases are emptied between tests, which the trail's guards forbid.

The product has no back door; the test database has its truncate guards switched off instead. The tests of the
guards switch them on again for themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.utils import CursorWrapper

from audit.trail import guards

GUARDED = guards.TABLES


def allow_truncate() -> None:
    """Make this database one that is emptied quickly: no truncate guards, and no table for a month but the running one.

    What happens at other times goes to the partition that takes what has no month.
    """
    with maintenance() as cursor:
        for month in _months(cursor)[1:]:
            cursor.execute(f"drop table {month}")
        for table, guard in _truncate_guards(cursor):
            cursor.execute(f"alter table {table} disable trigger {guard}")


@contextmanager
def maintenance() -> Iterator[CursorWrapper]:
    """As the owner of the tables, who may change their shape on purpose."""
    with connection.cursor() as cursor:
        cursor.execute("set trail.maintenance = 'on'")
        try:
            yield cursor
        finally:
            cursor.execute("reset trail.maintenance")


def empty() -> None:
    """Forget the events of making the database."""
    with connection.cursor() as cursor:
        cursor.execute("truncate trail_event, trail_tally")


@contextmanager
def truncate_guards_on() -> Iterator[None]:
    """As in production: the truncate guards are on inside the block."""
    with maintenance() as cursor:
        for table, guard in _truncate_guards(cursor):
            cursor.execute(f"alter table {table} enable always trigger {guard}")
    try:
        yield
    finally:
        allow_truncate()


@contextmanager
def acting_as(role: str) -> Iterator[None]:
    """The connection may do what this role may do."""
    with connection.cursor() as cursor:
        cursor.execute(f"set role {role}")
        try:
            yield
        finally:
            cursor.execute("reset role")


@contextmanager
def as_superuser() -> Iterator[CursorWrapper]:
    """What a database superuser can do: switch the row guards off, change what they like, and switch them on again."""
    with connection.cursor() as cursor:
        _switch_row_guards(cursor, "disable")
        try:
            yield cursor
        finally:
            _switch_row_guards(cursor, "enable always")


def _switch_row_guards(cursor: CursorWrapper, how: str) -> None:
    cursor.execute("set trail.maintenance = 'on'")
    for table, guard in _row_guards():
        cursor.execute(f"alter table {table} {how} trigger {guard}")
    cursor.execute("reset trail.maintenance")


def _row_guards() -> list[tuple[str, str]]:
    return [
        *((table, f"{table}_no_change") for table in GUARDED),
        ("trail_tally", "trail_tally_upward"),
        ("trail_event", "trail_event_number"),
    ]


def _truncate_guards(cursor: CursorWrapper) -> list[tuple[str, str]]:
    return [(table, f"{table}_no_truncate") for table in (*GUARDED, "trail_event_other", *_months(cursor))]


def _months(cursor: CursorWrapper) -> list[str]:
    cursor.execute(
        "select inhrelid::regclass::text from pg_inherits"
        " where inhparent = 'trail_event'::regclass and inhrelid <> 'trail_event_other'::regclass order by 1"
    )
    return [name for (name,) in cursor.fetchall()]
