"""Verbs of a batch: bring papers, look at them, put aside, begin to sign, pause."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max

from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.kernel import clock
from hukou.kernel.errors import Conflict, NotFound
from workflows.seals import register, storage
from workflows.seals.register import pins

from . import intake, queries, signing
from .errors import BatchBusy, BatchFull, BulkForbidden, NothingShown, NotShown
from .models import Batch, BatchItem

MOST_PAPERS = 10_000
SUBJECT = "seals.batch"
State = BatchItem.State


@trail.records_refusal("batch.made", subject=SUBJECT, key="batch_id")
@transaction.atomic
def make(*, by: Officer, title: str) -> Batch:
    """Begin an empty batch. Raises NotPermitted."""
    policies.require(by, "batch.make")
    office = policies.duties_of(by)[0].office
    batch = Batch.objects.create(officer=by, office=office, title=title.strip()[:60] or "—", made_at=clock.now())
    trail.record("batch.made", subject=batch, by=by)
    return batch


@trail.records_refusal("batch.brought", subject=SUBJECT, key="batch_id")
@transaction.atomic
def bring(*, batch_id: int, by: Officer, name: str, pdf: bytes) -> BatchItem:
    """Add a paper at the end. The same bytes again answer the paper that is there. Raises PaperUnfit, BatchFull."""
    batch = _locked(batch_id, by)
    paper = intake.looked_at(pdf, name)
    sha256 = storage.put(pdf)
    already = batch.items.filter(sha256=sha256).first()
    if already is not None:
        return already
    last = batch.items.aggregate(last=Max("position"))["last"] or 0
    if last >= MOST_PAPERS:
        raise BatchFull(most=MOST_PAPERS)
    item = BatchItem.objects.create(
        batch=batch,
        position=last + 1,
        name=name[-120:],
        sha256=sha256,
        size=len(pdf),
        pages=paper.pages,
        box=list(paper.box),
    )
    trail.record("batch.brought", subject=item, by=by, details={"batch": batch.pk, "document": sha256})
    return item


def deliver(item: BatchItem, page: int) -> bytes:
    """The bytes whose page is about to be sent to the officer's screen; that it was sent is kept."""
    pdf = storage.read(item.sha256)
    if not 1 <= page <= item.pages:
        raise NotFound
    if item.state == State.WAITING and not item.delivered >> (page - 1) & 1:
        BatchItem.objects.filter(pk=item.pk).update(delivered=F("delivered").bitor(1 << (page - 1)))
    return pdf


@trail.records_refusal("batch.shown", subject=SUBJECT, key="batch_id")
@transaction.atomic
def note_shown(*, batch_id: int, position: int, by: Officer, sha256: str) -> BatchItem:
    """The officer's screen says every page of these bytes was on it. Doing it again changes nothing.

    Believed only if every page's picture was really sent. Raises NotShown, Conflict.
    """
    item = _item(batch_id, position, by)
    if item.state == State.SHOWN:
        return item
    if item.state != State.WAITING:
        raise Conflict
    if item.sha256 != sha256 or item.delivered != item.whole:
        raise NotShown
    item.state, item.shown_at = State.SHOWN, clock.now()
    item.save(update_fields=["state", "shown_at"])
    trail.record("batch.shown", subject=item, by=by, details={"document": item.sha256, "pages": item.pages})
    return item


@trail.records_refusal("batch.aside", subject=SUBJECT, key="batch_id")
@transaction.atomic
def put_aside(*, batch_id: int, position: int, by: Officer) -> BatchItem:
    """Leave a paper out: it is not signed. Put aside once more, it waits to be looked at anew. Raises Conflict."""
    item = _item(batch_id, position, by)
    if item.state == State.SIGNED:
        raise Conflict
    item.state = State.WAITING if item.state == State.ASIDE else State.ASIDE
    item.delivered, item.shown_at, item.failure = 0, None, ""
    item.save(update_fields=["state", "delivered", "shown_at", "failure"])
    trail.record("batch.aside", subject=item, by=by, details={"aside": item.state == State.ASIDE})
    return item


@trail.records_refusal("batch.begun", subject=SUBJECT, key="batch_id")
def begin(*, batch_id: int, by: Officer, pin: str) -> Batch:
    """Open the officer's key and sign all that was shown, until done, paused, or the window closes.

    The opened key lives in the memory of the thread that signs and goes with it; the PIN goes when this returns.
    Raises BulkForbidden, BatchBusy, NothingShown, WrongPin, PinLocked, NoSeal, and what the place of the key raises.
    """
    window = settings.HUKOU_BATCH_MINUTES
    with transaction.atomic():
        batch = _locked(batch_id, by)
        if not window:
            raise BulkForbidden
        if queries.running(batch):
            raise BatchBusy
        if not queries.tally(batch).to_sign:
            raise NothingShown
        seal, run, now = register.personal_seal_of(by), secrets.token_hex(16), clock.now()
        sealer = pins.opened(seal, pin)
        batch.items.filter(state=State.FAILED).update(state=State.SHOWN, failure="")
        batch.run, batch.stopped_by = run, ""
        batch.run_until, batch.run_seen_at = now + timedelta(minutes=window), now
        batch.save(update_fields=["run", "run_until", "run_seen_at", "stopped_by"])
        trail.record("batch.begun", subject=batch, by=by, details={"certificate": seal.fingerprint})
        transaction.on_commit(lambda: signing.start(batch.pk, batch.run, seal, sealer))
    return batch


@trail.records_refusal("batch.paused", subject=SUBJECT, key="batch_id")
@transaction.atomic
def pause(*, batch_id: int, by: Officer) -> Batch:
    """Take the mark away from the run; it ends before its next chunk and its key is gone. Raises NotFound."""
    batch = _locked(batch_id, by)
    if batch.run:
        signing.end(batch, "paused", by=by)
    return batch


def _locked(batch_id: int, by: Officer) -> Batch:
    batch = Batch.objects.select_for_update().filter(pk=batch_id, officer=by).first()
    if batch is None:
        raise NotFound
    policies.require(by, "batch.sign", batch)
    return batch


def _item(batch_id: int, position: int, by: Officer) -> BatchItem:
    batch = queries.batch_of(by, batch_id)
    policies.require(by, "batch.sign", batch)
    item = batch.items.select_for_update().filter(position=position).first()
    if item is None:
        raise NotFound
    return item
