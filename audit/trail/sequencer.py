"""Gives events their place in the Merkle log, and publishes checkpoints. One at a time; any process may be the one.

Writers never wait for it: an event becomes a leaf only when every transaction that could still bring an older one has
ended, so the order is that of (txid, id) and no late commit is lost. What runs in other databases of the cluster cannot
bring one and is not waited for. Leaves
are committed first; only what is committed is signed. A run that dies in between is finished by the next.
"""

from __future__ import annotations

import time

from django.conf import settings
from django.db import connection, transaction

from hukou.kernel import clock

from . import merkle, notes, queries
from .models import Checkpoint, Leaf
from .types import SequenceReport

BATCH = 20_000  # events per transaction
LOCK = 0x7472_6169_6C  # "trail"

# Transactions that run in another database. Asked before the snapshot of `_PLACE` is taken: one that still runs then had
# this process all the while, so a process number used again cannot deceive.
_ELSEWHERE = """
select coalesce(array_agg(locked.transactionid::text), '{}')
from pg_locks locked join pg_stat_activity activity using (pid)
where locked.locktype = 'transactionid' and locked.mode = 'ExclusiveLock' and locked.granted
  and activity.datid <> (select oid from pg_database where datname = current_database())
"""
# Everything below the oldest transaction that runs here (or that nobody knows the database of) has ended.
_PLACE = r"""
insert into trail_leaf (leaf_index, event_id, txid, hash)
select %(next)s + row_number() over (order by fresh.txid, fresh.id) - 1,
       fresh.id, fresh.txid, sha256('\x00'::bytea || fresh.leaf)
from (
    select id, txid, leaf from trail_event
    where (txid, id) > (%(txid)s::xid8, %(id)s) and txid < (
        select (trail_base() + least(
            (select running from pg_snapshot_xip(pg_current_snapshot()) running
             where not running::xid = any(%(elsewhere)s::text[]::xid[]) order by running limit 1),
            pg_current_xact_id_if_assigned(), pg_snapshot_xmax(pg_current_snapshot()))::text::bigint)::text::xid8)
    order by txid, id limit %(batch)s
) fresh
"""


def sequence(*, patience: float = 0) -> SequenceReport:
    """Place every event that can be placed now, then publish a checkpoint if the log has grown.

    Waits its turn. An event that must wait for a transaction still open is left to a later run, unless `patience`
    says for how many seconds to try again.
    """
    deadline = time.monotonic() + patience
    total = 0
    while True:
        placed = _place_batch()
        total += placed
        if placed == BATCH:
            continue
        if time.monotonic() >= deadline or not queries.waiting().exists():
            break
        time.sleep(0.05)
    newest = _publish()
    if newest is None:
        return SequenceReport(total, 0, "")
    return SequenceReport(total, newest.tree_size, bytes(newest.root).hex())


@transaction.atomic
def _place_batch() -> int:
    """Make leaves of up to BATCH events. Returns how many."""
    with connection.cursor() as cursor:
        _wait_turn(cursor)
        cursor.execute(_ELSEWHERE)
        elsewhere = cursor.fetchone()[0]
        last = Leaf.objects.last()
        # The index on (txid, id) gives the order; a sort of the whole table would be ten times slower.
        cursor.execute("set local enable_seqscan = off")
        cursor.execute(
            _PLACE,
            {
                "next": last.leaf_index + 1 if last else 0,
                "txid": str(last.txid if last else 0),
                "id": last.event_id if last else 0,
                "elsewhere": elsewhere,
                "batch": BATCH,
            },
        )
        return int(cursor.rowcount)


@transaction.atomic
def _publish() -> Checkpoint | None:
    """Sign the log as it stands. Returns the newest checkpoint, None while the log is empty."""
    with connection.cursor() as cursor:
        _wait_turn(cursor)
    newest = Checkpoint.objects.last()
    frontier = merkle.Frontier.from_bytes(newest.tree_size, bytes(newest.frontier)) if newest else merkle.Frontier()
    fresh = Leaf.objects.filter(leaf_index__gte=frontier.size).values_list("hash", flat=True)
    frontier.extend(bytes(leaf) for leaf in fresh.iterator(chunk_size=BATCH))
    if (newest and newest.tree_size == frontier.size) or not frontier.size:
        return newest
    signer = notes.log_signer(settings.HUKOU_DATA_DIR)
    root = frontier.root()
    return Checkpoint.objects.create(
        tree_size=frontier.size,
        root=root,
        frontier=frontier.to_bytes(),
        note=signer.sign(notes.checkpoint_text(signer.name, frontier.size, root)),
        at=clock.now(),
    )


def _wait_turn(cursor: object) -> None:
    cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])  # type: ignore[attr-defined]
