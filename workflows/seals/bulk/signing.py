"""The run: one opened key, one thread, chunk after chunk. What a chunk has signed stands even if the next one never comes.

Each chunk is a transaction: papers are taken under lock, signed, checked, stored, and their state moves on with the event
in the trail. A process killed inside a chunk leaves its papers as they were; nothing of that chunk is in the register, so
nothing is sealed twice.
"""

from __future__ import annotations

import hashlib
import logging
from contextvars import copy_context
from threading import Thread

from django.db import connections, transaction

from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.kernel import clock, push
from hukou.kernel.errors import DomainError
from workflows.seals import drawing, pades, register, storage
from workflows.seals.errors import SealRejected
from workflows.seals.keys.sealer import Sealer
from workflows.seals.models import Seal

from .intake import Paper, field
from .models import Batch, BatchItem

CHUNK = 50
"""Papers signed in one transaction: a fraction of a second, so that a pause is felt at once."""
log = logging.getLogger(__name__)
State = BatchItem.State


class KeyRefused(Exception):
    """The key does not sign any more, and would not sign the next paper either."""

    def __init__(self, code: str) -> None:
        self.code = code[:40]
        super().__init__(code)


def start(batch_id: int, run: str, seal: Seal, sealer: Sealer) -> None:
    """Sign in a thread of its own, which nobody waits for. It ends with the process, and the key with it."""
    surroundings = copy_context()  # the workstation and the session the officer acts from
    Thread(
        target=surroundings.run, args=(_apart, batch_id, run, seal, sealer), name=f"batch-{batch_id}", daemon=True
    ).start()


def sign_all(batch_id: int, run: str, seal: Seal, sealer: Sealer) -> int:
    """Sign chunk after chunk until nothing is left or the run has lost its mark; how many were signed."""
    look, signed = appearance(seal), 0
    while (done := sign_chunk(batch_id, run, seal, sealer, look)) is not None:
        signed += done
    return signed


@transaction.atomic
def sign_chunk(batch_id: int, run: str, seal: Seal, sealer: Sealer, look: pades.Appearance) -> int | None:
    """Sign the next papers that were shown; how many. None: the run is over, whatever the reason."""
    batch = Batch.objects.select_for_update().select_related("officer").get(pk=batch_id)
    if batch.run != run:
        return None
    problem = _problem(batch, seal)
    items = [] if problem else list(batch.items.select_for_update(of=("self",)).filter(state=State.SHOWN)[:CHUNK])
    if not items:
        end(batch, problem, by=batch.officer)
        return None
    with trail.together():
        try:
            for item in items:
                _sign(item, seal, sealer, look, by=batch.officer)
        except KeyRefused as refused:  # nothing is wrong with the papers: those not signed yet stay as they were
            problem = refused.code
    BatchItem.objects.bulk_update(items, ["state", "signed_at", "result_sha256", "fingerprint", "failure"])
    batch.run_seen_at = clock.now()
    batch.save(update_fields=["run_seen_at"])
    if problem or len(items) < CHUNK:
        end(batch, problem, by=batch.officer)
    else:
        _tell(batch)
    return sum(item.state == State.SIGNED for item in items)


def end(batch: Batch, why: str, *, by: Officer) -> None:
    """Close the run. `why`: a stable word, "" when everything is done."""
    batch.run, batch.stopped_by = "", why
    batch.save(update_fields=["run", "stopped_by"])
    _close_after_commit()
    trail.record("batch.ended", subject=batch, by=by, details={"why": why or "done"})
    _tell(batch)


def sealed(pdf: bytes, paper: Paper, sealer: Sealer, look: pades.Appearance) -> bytes:
    """One paper with its only seal, checked. Raises KeyRefused, and SealError when the paper is at fault."""
    prepared = pades.prepare(
        pdf,
        field=field(paper),
        certificate=sealer.certificate,
        suite=sealer.suite,
        appearance=look,
        first=True,
        moment=clock.now(),
    )
    try:
        signature = sealer.sign(prepared.attributes)
    except Exception as error:  # a token pulled out, a service that does not answer
        raise KeyRefused(str(getattr(error, "code", type(error).__name__))) from error
    result = prepared.filled(pades.contained(prepared, signature, sealer))
    _require_sound(result, prepared, signature, sealer)
    return result


def appearance(seal: Seal) -> pades.Appearance:
    """The officer's seal in its true size, made and compressed once for all papers."""
    picture = drawing.from_json(seal.drawing)
    return pades.Appearance(picture.operators(), picture.width, picture.height)


def _apart(batch_id: int, run: str, seal: Seal, sealer: Sealer) -> None:
    try:
        sign_all(batch_id, run, seal, sealer)
    except Exception as broken:
        # Nothing of the key may get into a log; the papers not signed stay shown, and the batch says it was interrupted.
        log.error("batch %s interrupted", batch_id, extra={"error_type": type(broken).__name__})
    finally:
        connections.close_all()


def _problem(batch: Batch, seal: Seal) -> str:
    """Why the run must not go on; asked before every chunk, for a seal or a duty may end at any moment (人走章停)."""
    if batch.run_until is None or clock.now() >= batch.run_until:
        return "window_closed"
    try:
        policies.require(batch.officer, "batch.sign", batch)
        if register.personal_seal_of(batch.officer).pk != seal.pk:
            return "no_seal"
    except DomainError as refused:
        return refused.code
    return ""


def _sign(item: BatchItem, seal: Seal, sealer: Sealer, look: pades.Appearance, *, by: Officer) -> None:
    """Sign one paper; what is wrong with it is written to it and stops no other."""
    left, bottom, right, top = item.box
    try:
        result = sealed(storage.read(item.sha256), Paper(item.pages, (left, bottom, right, top)), sealer, look)
        item.result_sha256 = storage.put(result)
    except KeyRefused:
        raise
    except Exception as broken:  # a damaged file, a full disk
        item.state, item.failure = State.FAILED, str(getattr(broken, "code", type(broken).__name__))[:40]
        trail.record("batch.failed", subject=item, by=by, details={"why": item.failure})
        return
    item.state, item.signed_at, item.fingerprint = State.SIGNED, clock.now(), seal.fingerprint
    trail.record(
        "batch.signed",
        subject=item,
        by=by,
        details={"document": item.sha256, "result": item.result_sha256, "certificate": seal.fingerprint},
    )


def _require_sound(result: bytes, prepared: pades.Prepared, signature: bytes, sealer: Sealer) -> None:
    """The sealed bytes have the digest that was signed, and the signature is the certificate's own.

    The whole verification would cost ten times the seal; the file is new and was written by us, so this is what could
    have gone wrong. Raises SealRejected.
    """
    whole = memoryview(result)
    digest = hashlib.new(sealer.suite.digest, whole[: prepared.start])
    digest.update(whole[prepared.end :])
    key = sealer.certificate.public_key.dump()
    if digest.digest() != prepared.document_digest or not sealer.suite.verifies(key, signature, prepared.attributes):
        raise SealRejected(reasons="digest_mismatch")


def _close_after_commit() -> None:
    from workflows.seals.tasks import close_papers

    close_papers.defer()


def _tell(batch: Batch) -> None:
    push.announce(group=f"officer-{batch.officer_id}", kind="batch_moved", batch=batch.pk)
