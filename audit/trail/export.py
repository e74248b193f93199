"""Takes the trail of one case out of the system, with everything that proves it to a stranger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

import audit.verify

from . import notes, proofs, publication, queries, stamping
from .errors import NotInTheLogYet
from .models import Checkpoint, Event, Leaf, Stamp

README = """\
轨迹导出 / Exported trail

每个 NNNNNN.json 是一条轨迹的原始字节；同名 .tlog-proof 证明它在日志中的位置。
Each NNNNNN.json holds the bytes of one event; the .tlog-proof of the same name proves its place in the log.

核验（需 Python 3.11 和 cryptography，不需要本系统）/ Verify, without this system:
    python verify.py . --key KEY
KEY 是日志公钥，请向掌管者另行索取，勿只信本目录中的 log.vkey。
KEY is the public key of the log: ask its keeper for it; do not rely on the log.vkey in this folder alone.

时间戳（若有）/ The time stamp, when there is one:
    openssl ts -verify -data checkpoint.note -in checkpoint.tst -token_in -CAfile ROOT
ROOT 是时间戳服务的根证书。
ROOT is the root certificate of the time-stamping service.
"""


@dataclass(frozen=True)
class Exported:
    """What was written."""

    events: int
    tree_size: int
    """Size of the log the proofs lead to."""


@dataclass(frozen=True)
class Contents:
    """What an export consists of, made file by file."""

    exported: Exported
    files: Iterator[tuple[str, bytes]]
    """Name and bytes."""


def contents(case_id: int) -> Contents:
    """Every event of a case with its proof, the key and the verifier. Raises NotInTheLogYet, LogDiffers, TileMissing."""
    size = publication.publish()
    events = list(queries.events_of_case(case_id))
    places = dict(
        Leaf.objects.filter(event_id__in=[event.pk for event in events]).values_list("event_id", "leaf_index")
    )
    waiting = [event for event in events if places.get(event.pk, size) >= size]
    if waiting:
        raise NotInTheLogYet(waiting=len(waiting))
    stamping.try_to_stamp()
    head = Checkpoint.objects.get(tree_size=size) if size else None
    return Contents(Exported(len(events), size), _files(events, places, head))


def _files(events: list[Event], places: dict[int, int], head: Checkpoint | None) -> Iterator[tuple[str, bytes]]:
    tiles, note, size = publication.tiles(), "", 0
    if head is not None:
        note, size = publication.signed_by_all(head), head.tree_size
        yield from stamped(head, Stamp.objects.filter(tree_size=size).first())
    for number, event in enumerate(events, 1):
        index = places[event.pk]
        proof = proofs.written(index, proofs.inclusion(tiles, index, size), note)
        yield from proved(number, bytes(event.leaf), proof)
    yield from tools()


def proved(number: int, entry: bytes, proof: str) -> Iterator[tuple[str, bytes]]:
    """The two files of one event: its bytes and its proof."""
    yield f"{number:06}.json", entry
    yield f"{number:06}.tlog-proof", proof.encode()


def stamped(head: Checkpoint, stamp: Stamp | None) -> Iterator[tuple[str, bytes]]:
    """The note of a head and its time stamp, when it has one."""
    if stamp is not None:
        yield "checkpoint.note", head.note.encode()
        yield "checkpoint.tst", bytes(stamp.token)


def tools() -> Iterator[tuple[str, bytes]]:
    """What lies in every export beside the events: the key, the stand-alone verifier, and how to use it."""
    yield "log.vkey", f"{notes.log_signer(settings.HUKOU_DATA_DIR).verifier}\n".encode()
    yield "verify.py", Path(audit.verify.__file__).read_bytes()
    yield "README.txt", README.encode()


def export(case_id: int, out: Path) -> Exported:
    """Write every event of a case with its proof into `out`, a folder that is empty or not there yet.

    Raises NotInTheLogYet while an event has no place in the published log; FileExistsError; LogDiffers, TileMissing.
    """
    if out.exists() and any(out.iterdir()):
        raise FileExistsError(out)
    found = contents(case_id)
    out.mkdir(parents=True, exist_ok=True)
    for name, data in found.files:
        (out / name).write_bytes(data)
    return found.exported
