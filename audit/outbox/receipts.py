"""What became of a text after the gateway took it: told by the gateway, or asked of it.

Receipts come late, twice, in any order, and for texts that are not ours. One counts when it names the token of a text we
handed over; "delivered" is the last word, whatever comes after it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from hukou.kernel import clock

from . import signing
from .errors import ReceiptNotSigned, ReceiptUnreadable
from .gateway import Later, Receipt, configured
from .models import Message, MessageQuerySet
from .sender import fail, tell

State = Message.State
FIRST_ASKED_AFTER = timedelta(minutes=1)
ASKED_AGAIN_AFTER = timedelta(minutes=10)
MOST_ASKED = 50
"""In one run."""


def take_receipt(*, path: str, body: bytes, headers: Mapping[str, str]) -> bool:
    """A receipt the gateway sent us. True when it told something new. Raises ReceiptNotSigned, ReceiptUnreadable."""
    try:
        held = signing.holds("POST", path, body, headers)
    except signing.NoSecret:
        held = False
    if not held:
        raise ReceiptNotSigned
    try:
        said = json.loads(body)
        token, state = str(UUID(said["key"])), said["state"]
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise ReceiptUnreadable from wrong
    if state not in ("delivered", "failed", "pending"):
        raise ReceiptUnreadable
    return note(Receipt(token, state))


@transaction.atomic
def note(receipt: Receipt) -> bool:
    """Write down what became of a text. False when it tells nothing new, or is about none of ours."""
    found = Message.objects.select_for_update(of=("self",)).select_related("office")
    message = found.filter(token=receipt.token).first()
    if message is None or not message.phone or not message.tries:
        return False  # never handed over: whoever says it arrived is mistaken
    now = clock.now()
    arrived = receipt.state == "delivered" and message.state != State.DELIVERED
    # Refused by the telephone, while we believe it is on its way. What we know to have arrived, has.
    lost = receipt.state == "failed" and message.state in (State.SENT, State.SENDING)
    if not arrived and not lost:
        return False
    message.handed_at = message.handed_at or now
    if arrived:
        message.state, message.why, message.ended_at = State.DELIVERED, "", now
        tell(message, "text.delivered")
    else:
        fail(message, State.FAILED, "not_delivered", now)
    message.save()
    return True


def ask_for_receipts() -> int:
    """Ask the gateway about what it took and has not told of; the longest unasked first. Returns how many were told."""
    gateway, told = configured(), 0
    if gateway is None or settings.HUKOU_SMS_RECEIPTS != "pull":
        return 0
    now = clock.now()
    for message in _unasked(now)[:MOST_ASKED]:
        Message.objects.filter(pk=message.pk).update(receipt_asked_at=now)
        answer = gateway.ask(str(message.token))
        if isinstance(answer, Receipt):
            told += note(answer)
        elif isinstance(answer, Later) and answer.line_is_out:
            break
    return told


def _unasked(now: datetime) -> MessageQuerySet:
    waiting = Message.objects.unconfirmed().filter(
        handed_at__lte=now - FIRST_ASKED_AFTER, handed_at__gt=now - timedelta(hours=settings.HUKOU_SMS_HOURS)
    )
    asked_lately = Q(receipt_asked_at__gt=now - ASKED_AGAIN_AFTER)
    return waiting.exclude(asked_lately).order_by(F("receipt_asked_at").asc(nulls_first=True), "pk")
