"""Stamping files anew before their newest stamp cannot be checked any longer: what keeps them valid for decades.

A stamp is good as long as its service's certificate and its digest are. Half a year before the certificate runs out
the file gets fresh evidence about the old stamp and a new stamp over everything, made with the digest in force by
then; so a digest that grows weak is left behind file by file, in time.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from audit.trail import actions as trail
from hukou.kernel import clock
from hukou.kernel.errors import DomainError

from . import signals, storage, verify
from .errors import SealPending, SealRejected, StampUnavailable
from .models import SealApplication, SealedDocument
from .queries import expected_of
from .stamps import embedding, tokens
from .types import Outcome, SealReport

BATCH = 1000
"""Files one run of the periodic job takes on."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Renewed:
    """What a run has done."""

    renewed: int
    failed: tuple[tuple[int, str], ...]
    """Key of each document that was left as it was, and the code of the reason."""


@transaction.atomic
def renew_stamps(document_id: int) -> SealedDocument:
    """Stamp one file anew. A file that does not verify is never stamped: that would cover its fault.

    Raises SealPending while a seal of it waits to be put on, SealRejected, StampUnavailable, StoredFileDamaged.
    """
    document = SealedDocument.objects.select_for_update().get(pk=document_id)
    on = list(document.applications.select_related("seal"))
    if not on or any(one.state != SealApplication.State.APPLIED for one in on):
        raise SealPending
    known = expected_of(document)
    before = storage.read(document.sha256)
    _require_passed(verify.report(before, known))
    pdf, stamp = embedding.renew(before, suite=on[-1].seal.suite)
    _require_passed(verify.report(pdf, replace(known, sha256="", told="")))
    document.sha256, document.size = storage.put(pdf), len(pdf)
    document.stamped_until = tokens.checkable_until(stamp.token)
    document.save(update_fields=["sha256", "size", "stamped_until"])
    trail.record(
        "seal.stamp_renewed",
        subject=document,
        by=None,
        details={"document": document.sha256, "stamped_by": stamp.service},
    )
    signals.stamps_renewed.send(SealedDocument, document=document)
    return document


def due(*, everything: bool = False) -> Iterator[int]:
    """Keys of the files whose newest stamp runs out soon, the most urgent first. `everything`: of every stamped file."""
    stamped = SealedDocument.objects.exclude(stamped_until=None).order_by("stamped_until", "pk")
    if not everything:
        soon = clock.now() + timedelta(days=settings.HUKOU_STAMP_RENEWAL_DAYS)
        stamped = stamped.filter(stamped_until__lte=soon)
    return stamped.values_list("pk", flat=True).iterator()


def run(keys: Iterator[int]) -> Renewed:
    """Renew one file after the other. What fails is left as it was; when no service answers the run ends."""
    renewed, failed = 0, []
    for key in keys:
        try:
            renew_stamps(key)
            renewed += 1
        except (DomainError, OSError) as error:
            why = getattr(error, "code", type(error).__name__)
            log.warning("stamps of document %s not renewed: %s", key, why)
            failed.append((key, why))
            if isinstance(error, StampUnavailable):
                break
    return Renewed(renewed, tuple(failed))


def _require_passed(report: SealReport) -> None:
    if report.outcome != Outcome.PASSED:
        raise SealRejected(reasons=", ".join(report.every_reason) or report.outcome.value)
