"""Closing sealed papers: revocation data of the day and a stamp over the whole, so that they can be checked in decades.

The officer waits for no time-stamping service. A job closes what a run has signed, paper by paper, and closes each anew
before its newest stamp cannot be checked any longer. Both versions stay: somebody may hold the one without a stamp.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from audit.trail import actions as trail
from hukou.kernel import clock
from hukou.kernel.errors import DomainError
from workflows.seals import register, storage, verify
from workflows.seals.errors import SealRejected, StampUnavailable
from workflows.seals.models import Seal
from workflows.seals.stamps import embedding, tokens
from workflows.seals.types import Outcome, SealReport

from . import queries
from .models import BatchItem

SOME = 1_000
"""Papers one run of the job takes on; another takes the rest."""
log = logging.getLogger(__name__)


@transaction.atomic
def close(item_id: int) -> BatchItem:
    """Close one sealed paper, or close it anew. What does not verify is never stamped: that would cover its fault.

    Raises SealRejected, StampUnavailable, StoredFileDamaged, FileNotFoundError.
    """
    item = BatchItem.objects.select_for_update().get(pk=item_id, state=BatchItem.State.SIGNED)
    if item.stamped_until is not None and item.stamped_until > _soon():
        return item  # another run was here first
    seal = Seal.objects.get(fingerprint=item.fingerprint)
    known = queries.expected_of(item)
    before = storage.read(item.newest_sha256)
    _require_passed(verify.report(before, known))
    if item.closed_sha256:
        pdf, stamp = embedding.renew(before, suite=seal.suite)
    else:
        pdf, stamp = embedding.close(before, certificates=[register.certificate_of(seal)], suite=seal.suite)
    _require_passed(verify.report(pdf, replace(known, sha256="")))
    item.closed_sha256, item.stamped_until = storage.put(pdf), tokens.checkable_until(stamp.token)
    item.save(update_fields=["closed_sha256", "stamped_until"])
    trail.record(
        "batch.stamped", subject=item, by=None, details={"document": item.closed_sha256, "stamped_by": stamp.service}
    )
    return item


def due() -> Iterator[int]:
    """Keys of the papers that have no stamp yet, or one that runs out soon; the most urgent first."""
    signed = BatchItem.objects.filter(state=BatchItem.State.SIGNED)
    waiting = signed.filter(Q(stamped_until=None) | Q(stamped_until__lte=_soon()))
    return waiting.order_by(F("stamped_until").asc(nulls_first=True), "pk").values_list("pk", flat=True).iterator()


def run() -> tuple[int, int]:
    """Close some of what is due: how many were closed, how many were not. When no service answers the run ends."""
    closed = failed = 0
    for key in islice(due(), SOME):
        try:
            close(key)
            closed += 1
        except (DomainError, OSError) as error:
            failed += 1
            log.warning("sealed paper %s not stamped: %s", key, getattr(error, "code", type(error).__name__))
            if isinstance(error, StampUnavailable):
                break
    return closed, failed


def _soon() -> datetime:
    return clock.now() + timedelta(days=settings.HUKOU_STAMP_RENEWAL_DAYS)


def _require_passed(report: SealReport) -> None:
    if report.outcome != Outcome.PASSED:
        raise SealRejected(reasons=", ".join(report.every_reason) or report.outcome.value)
