"""A trail that takes no events: the disk of the database is full, or somebody stands in the way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from . import append_only


@contextmanager
def deaf() -> Iterator[None]:
    """Inside the block every insert into the trail fails, as PostgreSQL itself says it when a disk is full (53100)."""
    with append_only.maintenance() as cursor:
        cursor.execute(
            "create function deaf() returns trigger language plpgsql as"
            " $$ begin raise exception 'no space left on device' using errcode = '53100'; end $$"
        )
        cursor.execute("create trigger deaf before insert on trail_event for each row execute function deaf()")
    try:
        yield
    finally:
        with append_only.maintenance() as cursor:
            cursor.execute("drop trigger deaf on trail_event")
            cursor.execute("drop function deaf()")
