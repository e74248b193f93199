"""Looks at one range of the log: what PostgreSQL found sound, hashed and compared with the published files.

Needs a connection and nothing else, so that several processes can share a verification.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from audit.trail import merkle, notes
from audit.trail.tiles import TileMissing, Tiles

from . import statements
from .asking import ask
from .rows import EARLIER, LATER, Rows
from .types import Fact, Head, Looked, Segment, Work

STEP = 1 << 16
"""Leaves of one statement, 256 tiles: about 30 MB on their way."""
MOST = 1_000
"""Findings that are listed; nobody reads more, and a lost month has millions."""
GAP = bytes(merkle.WIDTH)
"""Stands for the hash of a leaf that is not there."""


def look(connection: psycopg.Connection[Any], work: Work) -> Looked:
    """Everything about the leaves of `work` that one range can tell; what joins ranges is left to the caller."""
    return _Range(connection, work).looked()


class _Range:
    """One range."""

    def __init__(self, connection: psycopg.Connection[Any], work: Work) -> None:
        self.connection, self.work = connection, work
        self.tiles = Tiles(Path(work.folder))
        self.bounds: dict[str, Any] = {"first": work.first, "end": work.end}
        self.signed = ask(connection, statements.CHECKPOINTS, self.bounds)
        around = ask(connection, statements.AROUND, self.bounds)
        self.heads = tuple(Head(size, at) for size, _, _, at in self.signed)
        self.known = (*self.heads, *(Head(size, at) for size, at in around))
        self.facts: list[Fact] = []
        self.events = 0
        self.last = b""  # (txid, id) of the leaf before

    def looked(self) -> Looked:
        self.check_notes()
        blocks = self.blocks()
        hashes = b"".join(self.check_block(first, end, blocks.get(first)) for first, end in self.cut())
        facts, unlisted = tuple(self.facts[:MOST]), max(0, len(self.facts) - MOST)
        return Looked(self.events, self.heads, tuple(self.segments(hashes)), facts, unlisted)

    def check_notes(self) -> None:
        """Every checkpoint is signed by the log's key and says what its columns say."""
        verifier = notes.Verifier.parse(self.work.key) if self.signed else None
        for size, root, note, _at in self.signed:
            assert verifier is not None
            try:
                text = verifier.open(note)
            except notes.BadNote:
                text = ""
            if text != notes.checkpoint_text(verifier.name, size, root):
                self.facts.append(Fact("checkpoint_forged", values={"size": size}))

    def cut(self) -> Iterator[tuple[int, int]]:
        """The bounds of each block; the first and the last may be less than a tile."""
        at = self.work.first
        while at < self.work.end:
            end = min((at // statements.BLOCK + 1) * statements.BLOCK, self.work.end)
            yield at, end
            at = end

    def blocks(self) -> dict[int, Sequence[Any]]:
        """What PostgreSQL says of each block, by its first leaf; nothing when there are bytes it cannot read at all."""
        [(lowest, highest)] = ask(self.connection, statements.EDGES, self.bounds)
        edges = {"lowest": lowest, "highest": highest}
        try:
            with self.connection.transaction():
                # A range is hashed and sorted in memory; looking up its events one by one takes three times as long.
                ask(
                    self.connection,
                    "select set_config('enable_nestloop', 'off', true), set_config('work_mem', '128MB', true)",
                )
                found = ask(self.connection, statements.BLOCKS, {**self.bounds, **edges})
                ask(self.connection, "select set_config('enable_nestloop', 'on', true)")
        except psycopg.DataError:
            return {}
        return {lowest: (count, highest, *rest) for _, count, lowest, highest, *rest in found}

    def check_block(self, first: int, end: int, block: Sequence[Any] | None) -> bytes:
        """The hashes of a block one after another. Names whatever is wrong in it."""
        if block is not None:
            count, highest, sound, hashes, bundle, places, oldest, newest = block
            sound = sound and (count, highest) == (end - first, end - 1) and self.in_order(places)
            if sound and self.in_time(first, end, oldest, newest) and _leaf_hashes(bundle) == hashes:
                self.events += count
                if end <= self.work.published:
                    self.check_published(first, end, hashes, bundle)
                return bytes(hashes)
        rows = Rows(self.connection, first, end, self.known)
        self.facts += rows.facts
        self.events += rows.events
        hashes = b"".join(rows.hashes.get(index, GAP) for index in range(first, end))
        if end <= self.work.published:
            self.check_published(first, end, hashes, rows.leaves)
        return hashes

    def in_order(self, places: bytes) -> bool:
        """Leaves stand in the order of (txid, id)."""
        keys = [places[at : at + 16] for at in range(0, len(places), 16)]
        sound = keys[0] > self.last and keys == sorted(keys)
        self.last = keys[-1]
        return sound

    def in_time(self, first: int, end: int, oldest: datetime, newest: datetime) -> bool:
        """No event of the block can be out of its time. Stricter than `rows`, which decides for each."""
        earliest = max((head.at for head in self.known if head.size < end), default=None)
        latest = min((head.at for head in self.known if head.size > first), default=None)
        return not ((earliest and oldest < earliest - EARLIER) or (latest and newest > latest + LATER))

    def check_published(self, first: int, end: int, hashes: bytes, kept: bytes | dict[int, bytes]) -> None:
        """The tiles hold what the database holds: `kept` is its events, as a tile holds them or by index."""
        number, skipped = divmod(first, statements.BLOCK)
        try:
            stated = self.tiles.hashes(number, self.work.published)[skipped : skipped + end - first]
            published = self.tiles.entries(number, self.work.published)[skipped : skipped + end - first]
        except TileMissing as missing:
            self.facts.append(Fact("tile_missing", values={"tile": str(missing)}))
            return
        if isinstance(kept, bytes):
            if b"".join(stated) == hashes and _bundled(published) == kept:
                return
            kept = dict(enumerate(_unbundled(kept), first))
        for place, index in enumerate(range(first, end)):
            entry = published[place] if place < len(published) else None
            if (index in kept and kept[index] != entry) or hashes[32 * place : 32 * place + 32] not in (
                stated[place],
                GAP,
            ):
                self.facts.append(Fact("tile_differs", values={"index": index}))

    def segments(self, hashes: bytes) -> Iterator[Segment]:
        """Cut the range at its checkpoints."""
        at, first = self.work.first, self.work.first
        cuts: list[tuple[int, bytes | None]] = [(size, root) for size, root, _, _ in self.signed]
        if not cuts or cuts[-1][0] != self.work.end:
            cuts.append((self.work.end, None))
        for end, root in cuts:
            part = hashes[32 * (at - first) : 32 * (end - first)]
            yield Segment(at, end, None if GAP in part else tuple(merkle.subtrees(at, part)), root)
            at = end


def _leaf_hashes(bundle: bytes) -> bytes:
    """The hashes of the events of a tile of entries, one after another."""
    sha256, found, at = hashlib.sha256, [], 0
    while at < len(bundle):
        end = at + 2 + (bundle[at] << 8 | bundle[at + 1])
        found.append(sha256(b"\0" + bundle[at + 2 : end]).digest())
        at = end
    return b"".join(found)


def _unbundled(bundle: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(bundle):
        end = at + 2 + (bundle[at] << 8 | bundle[at + 1])
        yield bundle[at + 2 : end]
        at = end


def _bundled(entries: list[bytes]) -> bytes:
    return b"".join([len(entry).to_bytes(2, "big") + entry for entry in entries])
