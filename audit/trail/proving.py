"""One event proved on the spot: its place under a signed head, and every step of the proof checked by other code.

What is checked here is what a stranger checks with `audit.verify`, with that very code; it shares none with the writer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from audit.verify import Key, Note, Untrue, included, leaf_hash

from . import entries, notes, proofs, publication, witnesses
from .errors import NotInTheLogYet
from .models import Checkpoint, Cosignature, Event, Leaf


@dataclass(frozen=True)
class Check:
    """One step of the proof."""

    name: str
    """Stable code: columns | leaf | root | witness."""
    held: bool | None
    """None where it cannot be checked here."""
    who: str = ""
    """The witness, for a check of that name."""
    at: datetime | None = None
    """When the witness saw it, by its clock."""


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
    """The proof of an event under the newest head a witness has seen, or the newest head when none has seen it.

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
    seen = Cosignature.objects.filter(tree_size__gt=index, tree_size__lte=size).order_by("tree_size").last()
    head = Checkpoint.objects.get(tree_size=seen.tree_size if seen else size)
    path = tuple(proofs.inclusion(publication.tiles(), index, head.tree_size))
    cosignatures = tuple(Cosignature.objects.filter(tree_size=head.tree_size))
    note = publication.signed_by_all(head)
    checks = (
        Check("columns", _columns_agree(event)),
        Check("leaf", _leads_to(bytes(event.leaf), index, head, path)),
        Check("root", _signed(note, head)),
        *(_witnessed(head.note, cosignature) for cosignature in cosignatures),
    )
    return EventProof(event, index, head, note, path, cosignatures, checks)


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
