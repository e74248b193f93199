"""One block of the log row by row: names exactly what is wrong with it. Slow and precise; sound blocks never come here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

import psycopg

from audit.trail import entries, merkle

from . import statements
from .asking import ask
from .types import Fact, Head

EARLIER = timedelta(hours=1)
"""How much older than the checkpoint before it an event may be: its transaction was open meanwhile."""
LATER = timedelta(minutes=5)
"""How much younger than the checkpoint over it: the clocks of two servers are not the same."""
_SUBJECT = entries.FIELDS.index("subject")
_AT = entries.FIELDS.index("at")


class Rows:
    """The leaves from `first` to before `end`, each with its events. `heads` are the checkpoints around them."""

    def __init__(self, connection: psycopg.Connection[Any], first: int, end: int, heads: Sequence[Head]) -> None:
        self.first, self.end, self.heads = first, end, heads
        self.facts: list[Fact] = []
        self.hashes: dict[int, bytes] = {}
        self.leaves: dict[int, bytes] = {}
        self.events = 0
        found = ask(connection, statements.ROWS, {"first": first, "end": end})
        before, awaited = (0, 0), first
        for index, group in groupby(found, key=lambda row: row[0]):
            if index != awaited:
                self.find("leaf_missing", index=awaited)
            awaited = index + 1
            before = self.examine(index, list(group), before)
        if awaited != end:
            self.find("leaf_missing", index=awaited)

    def examine(self, index: int, rows: list[tuple[Any, ...]], before: tuple[int, int]) -> tuple[int, int]:
        """One leaf. Returns its place in the order of commits."""
        true = next((row for row in rows if row[5] and merkle.leaf_hash(row[5]) == row[1]), rows[0])
        _, stored, event_id, txid, event_txid, leaf, *columns = true
        subject = columns[_SUBJECT] or ""
        self.hashes[index] = stored
        if (txid, event_id) <= before or event_txid not in (None, txid):
            self.find("event_moved", event_id, subject, index=index)
        if leaf is None:
            self.find("event_removed", event_id, index=index)
            return txid, event_id
        self.leaves[index] = leaf
        self.events += len(rows)
        for row in rows:
            if row is not true:
                self.find("event_inserted", event_id, row[6 + _SUBJECT])
        if merkle.leaf_hash(leaf) != stored:
            self.find("event_altered", event_id, subject, index=index)
        self.facts += columns_of(event_id, leaf, columns)
        self.check_time(index, event_id, columns)
        return txid, event_id

    def check_time(self, index: int, event_id: int, columns: Sequence[Any]) -> None:
        """An event is neither much older than the checkpoint before it nor younger than the one over it."""
        at: datetime = columns[_AT]
        earliest = max((head.at for head in self.heads if head.size <= index), default=None)
        latest = min((head.at for head in self.heads if head.size > index), default=None)
        if (earliest and at < earliest - EARLIER) or (latest and at > latest + LATER):
            self.find("clock_turned", event_id, columns[_SUBJECT], at=entries.moment(at))

    def find(self, kind: str, event_id: int | None = None, subject: str = "", **values: Any) -> None:
        self.facts.append(Fact(kind, event_id, subject, values))


def columns_of(event_id: int, leaf: bytes, columns: Sequence[Any]) -> Iterator[Fact]:
    """The columns say what the bytes say, and the bytes are canonical."""
    values = dict(zip(entries.FIELDS, columns, strict=True))
    try:
        agrees = entries.Entry(**{**values, "details": json.loads(values["details"])}).to_bytes() == leaf
    except (TypeError, ValueError):
        agrees = False
    if not agrees:
        yield Fact("columns_differ", event_id, columns[_SUBJECT])


def outside(
    connection: psycopg.Connection[Any], place: Mapping[str, Any], *, all_of_them: bool
) -> Iterator[tuple[bool, list[Fact]]]:
    """Events the log has no place for: whether each waits for one, and what is wrong with it.

    `place`: (txid, id) of the newest leaf. `all_of_them`: those slipped in too, else only those that wait.
    """
    statement = statements.OUTSIDE if all_of_them else statements.WAITING
    for waits, number, leaf, *columns in ask(connection, statement, place):
        facts = list(columns_of(number, leaf, columns))
        yield waits, facts if waits else [*facts, Fact("event_inserted", number, columns[_SUBJECT])]
