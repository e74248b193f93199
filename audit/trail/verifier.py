"""Checks the whole trail from the stored bytes: columns ↔ bytes ↔ leaf hashes ↔ roots ↔ signatures, and the numbering.

Each finding names the event where one can be named. What an outsider's witness adds is not here; README.md says
what this does not prove.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from . import entries, merkle, notes
from .models import Checkpoint, Event
from .types import Finding, Outcome, TrailReport

Progress = Callable[[int, int], None]
CHUNK = 5_000  # rows fetched at a time

_COLUMNS = ", ".join(f"event.{name}" for name in entries.FIELDS)
_LEAVES = f"""
select leaf.leaf_index, leaf.hash, leaf.event_id, event.id, event.leaf, {_COLUMNS}
from trail_leaf leaf left join trail_event event on event.id = leaf.event_id
order by leaf.leaf_index
"""  # noqa: S608 - the names of our own columns
# An event older than the newest leaf must have a leaf; a younger one is waiting.
_WITHOUT_LEAF = f"""
select (event.txid, event.id) > (newest.txid, newest.event_id) is not false, event.id, event.leaf, {_COLUMNS}
from trail_event event
left join trail_leaf leaf on leaf.event_id = event.id
left join (select txid, event_id from trail_leaf order by leaf_index desc limit 1) newest on true
where leaf.event_id is null order by event.id
"""  # noqa: S608 - the names of our own columns
_BADLY_NUMBERED = """
select coalesce(seen.subject, tally.subject), coalesce(seen.number, 0), coalesce(tally.count, 0)
from (select subject, count(*) as number, min(subject_seq) as first, max(subject_seq) as last
      from trail_event group by subject) seen
full join trail_tally tally on tally.subject = seen.subject
where seen.number is distinct from tally.count or seen.first <> 1 or seen.last <> seen.number
order by 1
"""


class CannotVerify(Exception):
    """The trail could not be checked at all; nothing is said about it."""


def verify(progress: Progress | None = None) -> TrailReport:
    """Check everything, on one snapshot of the database, beside running work.

    `progress(done, total)` is called now and then with numbers of events. Raises CannotVerify when checkpoints
    exist but the log's key is not in the data folder.
    """
    with transaction.atomic():
        if len(connection.atomic_blocks) == 1:
            with connection.cursor() as cursor:
                cursor.execute("set transaction isolation level repeatable read, read only")
        return _Examination(progress or (lambda done, total: None)).report()


class _Examination:
    """One pass over the trail."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.findings: list[Finding] = []
        self.events = Event.objects.count()
        self.sequenced = 0
        self.waiting = 0
        self.checkpoints = list(Checkpoint.objects.all())

    def report(self) -> TrailReport:
        self.check_notes()
        self.check_log()
        self.check_events_outside_log()
        self.check_numbering()
        newest = self.checkpoints[-1] if self.checkpoints else None
        return TrailReport(
            outcome=Outcome.BROKEN if self.findings else Outcome.HELD,
            events=self.events,
            sequenced=self.sequenced,
            waiting=self.waiting,
            tree_size=newest.tree_size if newest else 0,
            root=bytes(newest.root).hex() if newest else "",
            checkpoints=len(self.checkpoints),
            findings=tuple(self.findings),
        )

    def check_notes(self) -> None:
        """Every checkpoint is signed by the log's key and says what its columns say."""
        if not self.checkpoints:
            return
        try:
            signer = notes.Signer.parse(notes.key_path(settings.HUKOU_DATA_DIR).read_text())
        except (OSError, ValueError) as error:
            raise CannotVerify(
                _("The key of the log is missing or unreadable; checkpoints cannot be checked.")
            ) from error
        for checkpoint in self.checkpoints:
            root = bytes(checkpoint.root)
            try:
                text = signer.verifier.open(checkpoint.note)
            except notes.BadNote:
                text = ""
            if text != notes.checkpoint_text(signer.name, checkpoint.tree_size, root):
                self.find(
                    "checkpoint_forged",
                    _("Checkpoint %(size)d is not signed by the key of the log, or was changed.")
                    % {"size": checkpoint.tree_size},
                )

    def check_log(self) -> None:
        """Leaves follow each other without a gap, hash their events, and add up to every checkpoint."""
        tree = merkle.Frontier()
        awaited = iter(self.checkpoints)
        checkpoint = next(awaited, None)
        sound = 0  # size up to which the log is known to be sound
        for index, stored, event_id, found_id, leaf, *columns in _rows(_LEAVES):
            if index != self.sequenced:
                self.find(
                    "leaf_missing",
                    _("The log has no leaf %(index)d.") % {"index": self.sequenced},
                )
                self.sequenced = index
            self.sequenced += 1
            if found_id is None:
                self.find("event_removed", _("The event of leaf %(index)d is gone.") % {"index": index}, event_id)
            else:
                if merkle.leaf_hash(bytes(leaf)) != bytes(stored):
                    self.find(
                        "event_altered",
                        _("The bytes of the event are not those that were sequenced as leaf %(index)d.")
                        % {"index": index},
                        event_id,
                        columns,
                    )
                self.check_columns(event_id, bytes(leaf), columns)
            tree.append(bytes(stored))
            if checkpoint and tree.size == checkpoint.tree_size:
                if tree.root() != bytes(checkpoint.root):
                    self.find(
                        "root_differs",
                        _(
                            "The log does not add up to checkpoint %(size)d: a leaf from %(first)d to %(last)d was changed."
                        )
                        % {"size": tree.size, "first": sound, "last": tree.size - 1},
                    )
                    tree = _resumed(checkpoint, tree)
                sound = tree.size
                checkpoint = next(awaited, None)
            if self.sequenced % CHUNK == 0:
                self.progress(self.sequenced, self.events)
        while checkpoint:
            self.find(
                "log_shortened",
                _("Checkpoint %(size)d states more leaves than the log has (%(leaves)d).")
                % {"size": checkpoint.tree_size, "leaves": tree.size},
            )
            checkpoint = next(awaited, None)

    def check_events_outside_log(self) -> None:
        """Events without a leaf are the newest ones; an older one was slipped in."""
        for waits, event_id, leaf, *columns in _rows(_WITHOUT_LEAF):
            self.check_columns(event_id, bytes(leaf), columns)
            if waits:
                self.waiting += 1
            else:
                self.find(
                    "event_inserted", _("The event is older than the log but has no place in it."), event_id, columns
                )
        self.progress(self.events, self.events)

    def check_columns(self, event_id: int, leaf: bytes, columns: list[Any]) -> None:
        """The columns say what the bytes say, and the bytes are canonical."""
        values = dict(zip(entries.FIELDS, columns, strict=True))
        if isinstance(values["details"], str):  # a raw cursor hands jsonb over as text
            values["details"] = json.loads(values["details"])
        try:
            agrees = entries.Entry(**values).to_bytes() == leaf
        except (TypeError, ValueError):
            agrees = False
        if not agrees:
            self.find("columns_differ", _("The columns of the event do not say what its bytes say."), event_id, columns)

    def check_numbering(self) -> None:
        """Every subject's events are numbered 1 … n and their tally is n."""
        with connection.cursor() as cursor:
            cursor.execute(_BADLY_NUMBERED)
            for subject, number, count in cursor.fetchall():
                message = _(
                    "The events of this subject are not numbered without a gap: %(events)d stored, %(tally)d written."
                )
                self.findings.append(
                    Finding("number_missing", None, subject, message % {"events": number, "tally": count})
                )

    def find(self, kind: str, message: str, event_id: int | None = None, columns: list[Any] | None = None) -> None:
        subject = columns[entries.FIELDS.index("subject")] if columns else ""
        self.findings.append(Finding(kind, event_id, subject, message))


def _rows(statement: str) -> Iterator[tuple[Any, ...]]:
    """Rows of a long result, from a server-side cursor."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement)
        while rows := cursor.fetchmany(CHUNK):
            yield from rows


def _resumed(checkpoint: Checkpoint, tree: merkle.Frontier) -> merkle.Frontier:
    """The tree as the checkpoint stated it, so that what comes after can be judged by itself."""
    try:
        stated = merkle.Frontier.from_bytes(checkpoint.tree_size, bytes(checkpoint.frontier))
    except ValueError:
        return tree
    return stated if stated.root() == bytes(checkpoint.root) else tree
