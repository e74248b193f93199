"""Puts the log into files beside the database, and shows each new head to the witnesses.

The folder `trail/log` of the data folder holds what an outsider needs (see `tiles`): `checkpoint`, `tile/`, `log.vkey`, `stamps/`. It
may be copied or served as it is. What stands in the database and what stands in the files is compared each time.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from . import notes, proofs
from .models import Checkpoint, Cosignature, Stamp
from .tiles import WIDTH, Tiles, write_whole

_ENTRIES = """
select event.leaf from trail_leaf leaf left join trail_event event on event.id = leaf.event_id
where leaf.leaf_index >= %s and leaf.leaf_index < %s order by leaf.leaf_index
"""


class LogDiffers(Exception):
    """What the database holds does not add up to what was signed; nothing is published over it."""


def folder() -> Path:
    """Where the files of the log are."""
    place: Path = settings.HUKOU_DATA_DIR / "trail" / "log"
    place.mkdir(parents=True, exist_ok=True)
    return place


def tiles() -> Tiles:
    """The published tiles."""
    return Tiles(folder())


def published() -> int:
    """Size of the log as published, 0 before the first time or when the checkpoint there cannot be read."""
    return size_of(checkpoint())


def size_of(note: str) -> int:
    """The size a checkpoint states, 0 when it states none."""
    try:
        return int(note.split("\n")[1])
    except (ValueError, IndexError):
        return 0


def checkpoint() -> str:
    """The newest published checkpoint, with the lines of its witnesses; "" when there is none."""
    try:
        return (folder() / "checkpoint").read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


def publish() -> int:
    """Bring the files up to the newest checkpoint. Returns its size, 0 while there is none. One process at a time.

    Raises LogDiffers when events were taken away or changed after they were signed, and when more is published than
    the database knows of.
    """
    newest = Checkpoint.objects.last()
    if newest is None:
        return 0
    with _alone():
        if published() > newest.tree_size:
            raise LogDiffers(newest.tree_size)
        if published() == newest.tree_size:
            _put_out(newest)
            return newest.tree_size
        first = min(published(), newest.tree_size) // WIDTH * WIDTH
        size = tiles().grow(first, _entries(first, newest.tree_size))
        if size != newest.tree_size or proofs.head(tiles(), size) != bytes(newest.root):
            raise LogDiffers(newest.tree_size)
        write_whole(folder() / "log.vkey", f"{notes.log_signer(settings.HUKOU_DATA_DIR).verifier}\n".encode())
        _put_out(newest)
    return newest.tree_size


def _put_out(newest: Checkpoint) -> None:
    """The checkpoint last: what it speaks of is there already."""
    for stamp in Stamp.objects.filter(tree_size__gt=_stamped()):
        note = Checkpoint.objects.get(tree_size=stamp.tree_size).note
        write_whole(folder() / "stamps" / str(stamp.tree_size), note.encode())
        write_whole(folder() / "stamps" / f"{stamp.tree_size}.tst", bytes(stamp.token))
    path, note = folder() / "checkpoint", signed_by_all(newest)
    if checkpoint() != note:
        write_whole(path, note.encode())


def _stamped() -> int:
    """Size of the newest checkpoint whose stamp is published."""
    return max((int(path.stem) for path in (folder() / "stamps").glob("*.tst")), default=0)


def signed_by_all(checkpoint: Checkpoint) -> str:
    """The note with the lines of every witness that saw it."""
    lines = Cosignature.objects.filter(tree_size=checkpoint.tree_size).values_list("line", flat=True)
    return checkpoint.note + "".join(f"{line}\n" for line in lines)


def _entries(first: int, end: int) -> Iterator[bytes]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(_ENTRIES, [first, end])
        while rows := cursor.fetchmany(WIDTH * 20):
            for (leaf,) in rows:
                if leaf is None:
                    raise LogDiffers(end)
                yield bytes(leaf)


@contextmanager
def _alone() -> Iterator[None]:
    with (folder().parent / "publishing").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
