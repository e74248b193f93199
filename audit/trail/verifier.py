"""Verifies the trail from the stored bytes: rows ↔ leaves ↔ tiles ↔ checkpoints ↔ witnesses ↔ time stamps, and the numbering.

Everything, or what is new since a checkpoint that is vouched for. Each finding names the event where one can be named.
README.md says what each kind means, and what none of this proves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from . import merkle, notes, publication
from .models import Checkpoint, Event, Leaf, Verification
from .types import Outcome, TrailReport
from .verification import beside, crew, ranges, rows, statements, words
from .verification.asking import ask
from .verification.types import Fact, Head, Looked, Segment, Work

Progress = Callable[[int, int], None]


class CannotVerify(Exception):
    """The trail could not be checked at all; nothing is said about it."""


def verify(progress: Progress | None = None, *, since: int = 0, jobs: int = 1) -> TrailReport:
    """Check everything after the checkpoint of size `since`, on one snapshot of the database, beside running work.

    `since` 0 is the whole trail. `jobs`: processes that share the work. `progress(done, total)` is called now and
    then with numbers of leaves. Raises CannotVerify when the log's key is not in the data folder, or nobody vouches
    for the checkpoint `since`.
    """
    published = publication.checkpoint()  # first, for the log may grow meanwhile: the snapshot is never behind it
    with transaction.atomic():
        alone = len(connection.atomic_blocks) == 1
        if alone:
            crew.begin(connection.connection)
        examination = _Examination(progress or (lambda done, total: None), since, jobs if alone else 1, published)
        return examination.report()


def vouched() -> int:
    """Where the next verification may go on from: the newest checkpoint that one that held has covered, 0 if none.

    A forged memory can make the next look short. It cannot make a wrong log hold: that is what full ones are for.
    """
    held = Verification.objects.last()
    if held is None or held.findings:
        return 0
    verifier = _log_key()
    for checkpoint in beside.candidates(held.tree_size):
        if verifier and beside.frontier_of(checkpoint, verifier):
            return int(checkpoint.tree_size)
    return 0


def _log_key() -> notes.Verifier | None:
    """The log's own key; None when it cannot be read."""
    try:
        return notes.Signer.parse(notes.key_path(settings.HUKOU_DATA_DIR).read_text()).verifier
    except (OSError, ValueError):
        return None


class _Examination:
    """One pass over the trail."""

    def __init__(self, progress: Progress, since: int, jobs: int, published: str) -> None:
        self.progress, self.since, self.jobs, self.published = progress, since, jobs, published
        self.facts: list[Fact] = []
        self.unlisted = 0
        self.heads: list[Head] = []
        self.newest = Checkpoint.objects.last()
        self.verifier = _log_key()
        if self.newest and self.verifier is None:
            raise CannotVerify(_("The key of the log is missing or unreadable; checkpoints cannot be checked."))
        self.tree = self.start()
        last = Leaf.objects.last()
        self.end = last.leaf_index + 1 if last else 0
        self.place: dict[str, Any] = {"txid": str(last.txid if last else 0), "id": last.event_id if last else 0}
        self.sound = since  # size up to which the log is known to be sound
        self.sequenced = self.waiting = self.strangers = 0

    def start(self) -> merkle.Frontier:
        """The tree to go on from."""
        if not self.since:
            return merkle.Frontier()
        checkpoint = Checkpoint.objects.filter(tree_size=self.since).first()
        tree = beside.frontier_of(checkpoint, self.verifier) if checkpoint and self.verifier else None
        if tree is None:
            raise CannotVerify(
                _("There is no checkpoint of %(size)d leaves that the log's key and a witness vouch for.")
                % {"size": self.since}
            )
        return tree

    def report(self) -> TrailReport:
        self.check_log()
        self.check_events_outside_log()
        self.check_numbering()
        more = beside.Beside(self.verifier, self.since)
        self.add([*more.published(self.published), *more.witnessed(), *more.stamped(), *more.clocks(self.heads)])
        if not self.since:
            self.add(beside.unrecorded())
        self.progress(self.end, self.end)
        return TrailReport(
            outcome=Outcome.BROKEN if self.facts else Outcome.HELD,
            since=self.since,
            events=self.sequenced + self.waiting + self.strangers,
            sequenced=self.sequenced,
            waiting=self.waiting,
            tree_size=self.newest.tree_size if self.newest else 0,
            root=self.newest.root_hex if self.newest else "",
            checkpoints=len(self.heads),
            cosignatures=more.cosignatures,
            stamps=more.stamps,
            findings=tuple(words.finding(fact) for fact in self.facts),
            unlisted=self.unlisted,
        )

    def check_log(self) -> None:
        """Leaves follow each other without a gap, hash their events, and add up to every checkpoint."""
        for looked in crew.looked(_driver(), self.ranges(), self.jobs):
            self.take(looked)
            self.progress(self.tree.size, self.end)
        for size in Checkpoint.objects.filter(tree_size__gt=self.end).values_list("tree_size", flat=True):
            self.add([Fact("log_shortened", values={"size": size, "leaves": self.end})])

    def ranges(self) -> Iterator[Work]:
        """The work, cut at round places so that each range is a few full subtrees."""
        at, published = self.since, publication.size_of(self.published)
        key, folder = str(self.verifier or ""), str(publication.folder())
        while at < self.end:
            end = min((at // ranges.STEP + 1) * ranges.STEP, self.end)
            yield Work(at, end, key, folder, published)
            at = end

    def take(self, looked: Looked) -> None:
        """Join what a range gave to what came before it."""
        self.sequenced += looked.events
        self.heads += looked.heads
        self.add(looked.facts)
        self.unlisted += looked.unlisted
        for segment in looked.segments:
            self.grow(segment)

    def grow(self, segment: Segment) -> None:
        """Add leaves up to a checkpoint, and compare the tree with what it states."""
        whole = segment.subtrees is not None and self.tree.size == segment.first
        for level, subtree in segment.subtrees or () if whole else ():
            self.tree.add(level, subtree)
        if segment.root is None:
            return
        if not whole or self.tree.root() != segment.root:
            values = {"size": segment.end, "first": self.sound, "last": segment.end - 1}
            self.add([Fact("root_differs", values=values)])
            self.tree = _resumed(segment.end, segment.root, self.tree)
        self.sound = segment.end

    def check_events_outside_log(self) -> None:
        """Events without a leaf are the newest ones; an older one was slipped in."""
        [(newer,)] = ask(_driver(), statements.NEWER, self.place)
        stored = Event.objects.count() if not self.since else self.sequenced + newer
        for waits, facts in rows.outside(_driver(), self.place, all_of_them=stored != self.sequenced + newer):
            self.add(facts)
            self.waiting += waits
            self.strangers += not waits

    def check_numbering(self) -> None:
        """Every subject's events are numbered 1 … n and their tally is n."""
        before = Leaf.objects.filter(leaf_index=self.since - 1).first()
        where: dict[str, Any] = {"txid": str(before.txid), "id": before.event_id} if before else {}
        statement = statements.NUMBERING_OF_NEW if before else statements.NUMBERING
        for subject, events, tally in ask(_driver(), statement, where):
            self.add([Fact("number_missing", None, subject, {"events": events, "tally": tally})])

    def add(self, facts: Iterable[Fact]) -> None:
        """Keep what was found; of very much, the first and how much more."""
        for fact in facts:
            if len(self.facts) < ranges.MOST:
                self.facts.append(fact)
            else:
                self.unlisted += 1


def _driver() -> psycopg.Connection[Any]:
    """The driver's own connection: it hands bytes over as they are."""
    connection.ensure_connection()
    return connection.connection  # type: ignore[no-any-return]


def _resumed(size: int, root: bytes, tree: merkle.Frontier) -> merkle.Frontier:
    """The tree as the checkpoint stated it, so that what comes after can be judged by itself."""
    stated = Checkpoint.objects.get(tree_size=size)
    try:
        resumed = merkle.Frontier.from_bytes(size, bytes(stated.frontier))
    except ValueError:
        return tree
    return resumed if resumed.root() == root else tree
