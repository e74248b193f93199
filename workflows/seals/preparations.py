"""What was laid out for an officer's own UKey to sign: kept for some minutes, used once, by that officer only."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hukou.kernel import clock

from . import pades, storage
from .errors import PreparationExpired, PreparationUnfit, SignedElsewhere
from .models import Preparation, Seal, SealedDocument

if TYPE_CHECKING:
    from .consent import Act

HOLDS = timedelta(minutes=5)
"""Long enough to look for the UKey and type its PIN."""


def of_document(act: Act, document_sha256: str, prepared: pades.Prepared, moment: datetime) -> Preparation:
    """A place in a document, not stored yet. Raises SignedElsewhere when the seal's key is not the officer's own UKey."""
    document = SealedDocument.objects.filter(case_id=act.case_id, sha256=document_sha256).order_by("-pk")[0]
    return _made(
        act,
        moment,
        revision=document.revision,
        document_sha256=document_sha256,
        prepared_sha256=storage.put(prepared.pdf),
        place_start=prepared.start,
        place_end=prepared.end,
        covers=prepared.document_digest.hex(),
        attributes=prepared.attributes,
    )


def of_statement(act: Act, moment: datetime) -> Preparation:
    """A statement, not stored yet. Raises SignedElsewhere."""
    return _made(act, moment, attributes=act.statement(secrets.token_hex(16)))


def keep(preparation: Preparation) -> Preparation:
    """Store it, after the rehearsal was rolled back; what has run out goes."""
    Preparation.objects.filter(officer=preparation.officer, expires_at__lt=clock.now(), used_at=None).delete()
    preparation.save(force_insert=True)
    return preparation


def found(token: str) -> Preparation | None:
    """The preparation of that token."""
    return Preparation.objects.filter(token=token).first()


def redeem(token: str, act: Act) -> Preparation:
    """Use a preparation for the act it was made for; it is spent when the act's transaction holds.

    Raises PreparationExpired, and PreparationUnfit when it was made for another act or officer, or is spent.
    """
    row = Preparation.objects.select_for_update().filter(token=token).first()
    if row is None or row.used_at is not None or row.binding != act.binding or row.officer_id != act.by.pk:
        raise PreparationUnfit
    if row.expires_at < clock.now():
        raise PreparationExpired
    row.used_at = clock.now()
    row.save(update_fields=["used_at"])
    return row


def _made(act: Act, moment: datetime, *, attributes: bytes, **place: object) -> Preparation:
    if act.seal.keeping != Seal.Keeping.OWN:
        raise SignedElsewhere
    return Preparation(
        token=secrets.token_urlsafe(24),
        officer=act.by,
        seal=act.seal,
        case_id=act.case_id,
        binding=act.binding,
        attributes=attributes,
        made_at=moment,
        expires_at=moment + HOLDS,
        **place,
    )
