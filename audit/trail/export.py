"""Takes the trail of one case out of the system, with everything that proves it to a stranger."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

import audit.verify

from . import notes, proofs, publication, queries, stamping
from .errors import NotInTheLogYet
from .models import Checkpoint, Leaf, Stamp

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


def export(case_id: int, out: Path) -> Exported:
    """Write every event of a case with its proof into `out`, a folder that is empty or not there yet.

    Raises NotInTheLogYet while an event has no place in the published log; FileExistsError; TileMissing.
    """
    if out.exists() and any(out.iterdir()):
        raise FileExistsError(out)
    size = publication.publish()
    events = list(queries.events_of_case(case_id))
    places = dict(
        Leaf.objects.filter(event_id__in=[event.pk for event in events]).values_list("event_id", "leaf_index")
    )
    waiting = [event for event in events if places.get(event.pk, size) >= size]
    if waiting:
        raise NotInTheLogYet(waiting=len(waiting))
    out.mkdir(parents=True, exist_ok=True)
    stamping.try_to_stamp()
    tiles = publication.tiles()
    note = _signed_and_stamped(size, out) if size else ""
    for number, event in enumerate(events, 1):
        index = places[event.pk]
        (out / f"{number:06}.json").write_bytes(bytes(event.leaf))
        proof = proofs.written(index, proofs.inclusion(tiles, index, size), note)
        (out / f"{number:06}.tlog-proof").write_text(proof, encoding="utf-8")
    verifier = notes.log_signer(settings.HUKOU_DATA_DIR).verifier
    (out / "log.vkey").write_text(f"{verifier}\n", encoding="utf-8")
    shutil.copyfile(audit.verify.__file__, out / "verify.py")
    (out / "README.txt").write_text(README, encoding="utf-8")
    return Exported(len(events), size)


def _signed_and_stamped(size: int, out: Path) -> str:
    """The checkpoint with the lines of its witnesses; its note and time stamp, when it has one, are put into `out`."""
    checkpoint = Checkpoint.objects.get(tree_size=size)
    stamp = Stamp.objects.filter(tree_size=size).first()
    if stamp is not None:
        (out / "checkpoint.note").write_text(checkpoint.note, encoding="utf-8")
        (out / "checkpoint.tst").write_bytes(bytes(stamp.token))
    return publication.signed_by_all(checkpoint)
