"""Test databases are emptied between tests, which the trail's guards forbid.

The product has no back door; the test database has its truncate guards switched off instead. The tests of the
guards switch them on again for themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.utils import CursorWrapper

GUARDED = (
    "trail_event",
    "trail_tally",
    "trail_leaf",
    "trail_checkpoint",
    "trail_cosignature",
    "trail_stamp",
    "trail_verification",
)


def allow_truncate() -> None:
    """Switch the truncate guards of the trail off in this database."""
    with connection.cursor() as cursor:
        for table in GUARDED:
            cursor.execute(f"alter table {table} disable trigger {table}_no_truncate")


@contextmanager
def truncate_guards_on() -> Iterator[None]:
    """As in production: the truncate guards are on inside the block."""
    with connection.cursor() as cursor:
        for table in GUARDED:
            cursor.execute(f"alter table {table} enable always trigger {table}_no_truncate")
    try:
        yield
    finally:
        allow_truncate()


@contextmanager
def as_superuser() -> Iterator[CursorWrapper]:
    """What a database superuser can do: switch the row guards off, change what they like, and switch them on again."""
    guards = [(table, f"{table}_no_change") for table in GUARDED] + [("trail_tally", "trail_tally_upward")]
    with connection.cursor() as cursor:
        for table, guard in guards:
            cursor.execute(f"alter table {table} disable trigger {guard}")
        try:
            yield cursor
        finally:
            for table, guard in guards:
                cursor.execute(f"alter table {table} enable always trigger {guard}")
