"""One event proved on the spot: its place under a signed head, and every step of the proof checked by other code.

What is checked here is what a stranger checks with `audit.verify`, with that very code; it shares none with the writer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from audit.verify import Key, Note, Untrue, included, leaf_hash

from . import entries, notes, proofs, publication, stamping, witnesses
from .errors import NotInTheLogYet
from .models import Checkpoint, Cosignature, Event, Leaf, Stamp


@dataclass(frozen=True)
class Check:
    """One step of the proof."""

    name: str
    """Stable code: columns | leaf | root | witness | stamp."""
    held: bool | None
    """None where it cannot be checked here."""
    who: str = ""
    """The witness or the time-stamping service, for checks of these names."""
    at: datetime | None = None
    """When it saw it, by its own clock."""


@dataclass(frozen=True)
class EventProof:
    """An event with the way from its bytes to a signed head."""

    event: Event
    leaf_index: int
    head: Checkpoint
    note: str
    """The head with all its signatures, as published."""
    path: tuple[bytes, ...]
    """Audit path, RFC 6962 §2.1.1."""
    cosignatures: tuple[Cosignature, ...]
    stamp: Stamp | None
    """The time stamp of the head, when it has one."""
    checks: tuple[Check, ...]

    @property
    def text(self) -> str:
        """The proof as a file (C2SP tlog-proof)."""
        return proofs.written(self.leaf_index, list(self.path), self.note)

    @property
    def held(self) -> bool:
        """True when no step fails."""
        return all(check.held is not False for check in self.checks)


def prove(event: Event) -> EventProof:
    """The proof of an event under the newest head that others vouch for: a witness and a time stamp, one of them, or none.

    Raises NotInTheLogYet while no published head covers it; TileMissing, LogDiffers.
    """
    index = Leaf.objects.filter(event_id=event.pk).values_list("leaf_index", flat=True).first()
    if index is None:
        raise NotInTheLogYet(waiting=1)
    size = publication.published()
    if index >= size:
        size = publication.publish()
    if index >= size:
        raise NotInTheLogYet(waiting=1)
    head = _best_head(index, size)
    path = tuple(proofs.inclusion(publication.tiles(), index, head.tree_size))
    cosignatures = tuple(Cosignature.objects.filter(tree_size=head.tree_size))
    stamp = Stamp.objects.filter(tree_size=head.tree_size).first()
    note = publication.signed_by_all(head)
    checks = (
        Check("columns", _columns_agree(event)),
        Check("leaf", _leads_to(bytes(event.leaf), index, head, path)),
        Check("root", _signed(note, head)),
        *(_witnessed(head.note, cosignature) for cosignature in cosignatures),
        *([_stamped(head.note, stamp)] if stamp else []),
    )
    return EventProof(event, index, head, note, path, cosignatures, stamp, checks)


def _best_head(index: int, size: int) -> Checkpoint:
    """Of the published heads over the entry `index`."""
    over = {"tree_size__gt": index, "tree_size__lte": size}
    seen = Cosignature.objects.filter(**over).order_by("tree_size")
    stamps = Stamp.objects.filter(**over).order_by("tree_size")
    both = seen.filter(tree_size__in=stamps.values("tree_size")).last()
    vouched = both or seen.last() or stamps.last()
    return Checkpoint.objects.get(tree_size=vouched.tree_size if vouched else size)


def _columns_agree(event: Event) -> bool:
    """What is shown of an event comes from its columns; its bytes must say the same."""
    try:
        said = entries.from_bytes(bytes(event.leaf))
    except ValueError:
        return False
    return all(getattr(said, name) == getattr(event, name) for name in entries.FIELDS)


def _leads_to(entry: bytes, index: int, head: Checkpoint, path: tuple[bytes, ...]) -> bool:
    try:
        return included(index, head.tree_size, leaf_hash(entry), list(path)) == bytes(head.root)
    except Untrue:
        return False


def _signed(note: str, head: Checkpoint) -> bool:
    try:
        said = Note.parse(note)
        said.opened(Key.parse(str(notes.log_signer(settings.HUKOU_DATA_DIR).verifier)))
    except Untrue:
        return False
    return (said.size, said.root) == (head.tree_size, bytes(head.root))


def _witnessed(note: str, cosignature: Cosignature) -> Check:
    """Whether the line is the witness's. Its key is known only while the witness is configured."""
    held = None
    for witness in witnesses.configured():
        if witness.verifier.name == cosignature.witness:
            try:
                witness.verifier.open(note, cosignature.line)
                held = True
            except notes.BadNote:
                held = False
    return Check("witness", held, cosignature.witness, cosignature.seen_at)


def _stamped(note: str, stamp: Stamp) -> Check:
    """Whether the token proves a time for the note; nobody here may be able to say."""
    chosen = stamping.stamper()
    held = None
    if chosen is not None:
        try:
            chosen.check(note.encode(), bytes(stamp.token))
            held = True
        except stamping.BadStamp:
            held = False
    return Check("stamp", held, stamp.authority, stamp.stamped_at)
