"""Transactions are counted for as long as a cluster lives; a dump restored into a new one is counted from the beginning again.

The log is ordered by these numbers, so they must go on rising: what the database counts is moved on by `trail_base()`. A new
epoch begins when `migrate` finds that the numbers to come are lower than those in the trail.
"""

from __future__ import annotations

from django.db import connection, transaction

from . import ledger

# A visible event was written by a transaction that has ended, so its number is below the snapshot's.
_HIGHEST = """
select greatest((select txid from trail_event order by txid desc limit 1), (select txid from trail_leaf order by leaf_index desc limit 1))::text::bigint,
       pg_snapshot_xmax(pg_current_snapshot())::text::bigint + trail_base()
"""


def begun_anew() -> int:
    """The highest number in the trail when those to come would be no higher; 0 when all is well."""
    with connection.cursor() as cursor:
        cursor.execute(_HIGHEST)
        highest, coming = cursor.fetchone()
    return highest if highest is not None and highest >= coming else 0


def begin() -> bool:
    """Let the numbers go on after the highest in the trail, as the owner of the database. False when nothing is to be done."""
    highest = begun_anew()
    if highest:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("set local trail.maintenance = 'on'")
            cursor.execute(
                f"create or replace function trail_base() returns bigint language sql stable as 'select {highest}::bigint'"
            )
            ledger.record("trail.epoch_begun", subject="trail.log:1", by=None, details={"after": highest})
    return bool(highest)
