"""What stands beside the log: the published files, the witnesses, the time stamps, and rows that must have an event."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TypeVar

from django.db import models

from audit.trail import facts, merkle, notes, proofs, publication, stamping, witnesses
from audit.trail.models import Checkpoint, Cosignature, Stamp
from audit.trail.tiles import TileMissing

from .types import Fact, Head

TOLERANCE = timedelta(minutes=5)
"""How far apart two clocks may be: ours, the witnesses', the time-stamping service's."""
FEW = 500  # rows fetched at a time
Row = TypeVar("Row", bound=models.Model)


def frontier_of(checkpoint: Checkpoint, verifier: notes.Verifier) -> merkle.Frontier | None:
    """Where to go on from a checkpoint; None unless the log's key and, when there are any, a witness speak for it."""
    try:
        frontier = merkle.Frontier.from_bytes(checkpoint.tree_size, bytes(checkpoint.frontier))
        text = verifier.open(checkpoint.note)
    except ValueError:
        return None
    root = frontier.root()
    if root != bytes(checkpoint.root) or text != notes.checkpoint_text(verifier.name, frontier.size, root):
        return None
    known = _witnesses()
    lines = Cosignature.objects.filter(tree_size=checkpoint.tree_size)
    if known and not any(_seen_at(known.get(line.witness), checkpoint.note, line.line) for line in lines):
        return None
    return frontier


def candidates(size: int) -> Iterator[Checkpoint]:
    """The newest checkpoints of at most that size; only those that a witness has signed, when there are witnesses."""
    found = Checkpoint.objects.filter(tree_size__lte=size).order_by("-tree_size")
    if known := _witnesses():
        found = found.filter(tree_size__in=Cosignature.objects.filter(witness__in=known).values("tree_size"))
    yield from found[:10]


class Beside:
    """Looks at everything said about checkpoints larger than `since`, and gathers when it was said."""

    def __init__(self, verifier: notes.Verifier | None, since: int) -> None:
        self.verifier, self.since = verifier, since
        self.moments: list[Head] = []
        self.cosignatures = self.stamps = 0

    def published(self, note: str) -> Iterator[Fact]:
        """The published head `note` is one this database signed, and the published tiles add up to it."""
        size, newest = publication.size_of(note), Checkpoint.objects.last()
        if not size:
            return
        if newest is None or size > newest.tree_size:
            yield Fact("published_ahead", values={"published": size, "size": newest.tree_size if newest else 0})
            return
        stated = Checkpoint.objects.filter(tree_size=size).first()
        try:
            text = self.verifier.open(note) if self.verifier else ""
            head = proofs.head(publication.tiles(), size)
        except notes.BadNote:
            text, head = "", b""
        except TileMissing as missing:
            yield Fact("tile_missing", values={"tile": str(missing)})
            return
        if (
            self.verifier is None or stated is None or bytes(stated.root) != head
            or text != notes.checkpoint_text(self.verifier.name, size, head)
        ):  # fmt: skip
            yield Fact("published_differs", values={"size": size})

    def witnessed(self) -> Iterator[Fact]:
        """What known witnesses signed is a checkpoint of this log. A line of a witness of the past is not judged."""
        known = _witnesses()
        lines = Cosignature.objects.filter(tree_size__gt=self.since, witness__in=known)
        for batch in _batches(lines):
            checkpoints = Checkpoint.objects.in_bulk([line.tree_size for line in batch])
            for line in batch:
                signed = checkpoints.get(line.tree_size)
                moment = _seen_at(known[line.witness], signed.note, line.line) if signed else None
                if moment is None:
                    yield Fact("cosignature_forged", values={"name": line.witness, "size": line.tree_size})
                else:
                    self.cosignatures += 1
                    self.moments.append(Head(line.tree_size, moment))

    def stamped(self) -> Iterator[Fact]:
        """Every time stamp is over the checkpoint of its size, by a service that is trusted."""
        chosen = stamping.stamper()
        for batch in _batches(Stamp.objects.filter(tree_size__gt=self.since)):
            checkpoints = Checkpoint.objects.in_bulk([stamp.tree_size for stamp in batch])
            for stamp in batch:
                signed = checkpoints.get(stamp.tree_size)
                try:
                    if signed is None or chosen is None:
                        raise stamping.BadStamp("nothing_stamped")
                    moment = chosen.check(signed.note.encode(), bytes(stamp.token))
                    if moment != stamp.stamped_at:
                        raise stamping.BadStamp("wrong_time")
                except stamping.BadStamp:
                    yield Fact("stamp_forged", values={"size": stamp.tree_size})
                else:
                    self.stamps += 1
                    self.moments.append(Head(stamp.tree_size, moment))

    def clocks(self, heads: Sequence[Head]) -> Iterator[Fact]:
        """Checkpoints follow each other in time, and none is older than what others saw before it. `heads`: all of them."""
        own = {head.size: head.at for head in heads}
        said = sorted([*heads, *self.moments], key=lambda head: (head.size, head.at))
        before: Head | None = None
        for head in said:
            stated = own.get(head.size)
            if (before and before.size < head.size and head.at < before.at - TOLERANCE) or (
                stated and head.at < stated - TOLERANCE
            ):
                yield Fact("clock_turned", values={"at": head.at.isoformat()})
                before = head
            elif before is None or head.at > before.at:
                before = head


def unrecorded() -> Iterator[Fact]:
    """What was done and has no event."""
    for subject, action in facts.without_event():
        yield Fact("event_missing", None, subject, {"action": action})


def _witnesses() -> dict[str, notes.CosignatureVerifier]:
    return {witness.verifier.name: witness.verifier for witness in witnesses.configured()}


def _seen_at(verifier: notes.CosignatureVerifier | None, note: str, line: str) -> datetime | None:
    """When the witness signed, None when it did not."""
    try:
        return datetime.fromtimestamp(verifier.open(note, line), UTC) if verifier else None
    except notes.BadNote:
        return None


def _batches(rows: models.QuerySet[Row]) -> Iterator[list[Row]]:
    waiting = rows.iterator(chunk_size=FEW)
    while batch := list(islice(waiting, FEW)):
        yield batch
