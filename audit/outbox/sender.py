"""Hands texts to the gateway, one at a time: claim, commit, ask, note. Any number of senders at once.

A sender that dies between asking and noting leaves its text claimed until `LEASE` is over; the next one asks again with the
same token, and a gateway that keeps the contract sends nothing twice. No transaction is open while the gateway is asked.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from audit.trail import actions as trail
from hukou.kernel import clock

from . import words
from .gateway import Later, Refused, Taken, configured
from .models import Message

State = Message.State
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(minutes=15)
WITHOUT_NUMBER = timedelta(minutes=10)
"""How often an office without a telephone is looked at again."""
LONGEST_RUN = 50.0
"""Seconds; then the next run goes on, so that a stop of the worker never waits long."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SendReport:
    """What one run did."""

    taken: int = 0
    refused: int = 0
    postponed: int = 0
    given_up: int = 0
    kept: int = 0
    """Found that there is no gateway."""


def send_due() -> SendReport:
    """Hand over what is due, until nothing is, the line is out, or the run has lasted long enough."""
    gateway = configured()
    if gateway is None:
        waiting = Message.objects.filter(state__in=(State.WAITING, State.SENDING))
        return SendReport(kept=waiting.update(state=State.KEPT, why=""))
    given_up, taken, refused, postponed = _give_up(), 0, 0, 0
    until = time.monotonic() + LONGEST_RUN
    while time.monotonic() < until:
        message = _claim(clock.now())
        if message is None:
            break
        if not message.phone:
            postponed += 1
            continue
        answer = gateway.send(token=str(message.token), phone=message.phone, text=message.text, kind=message.kind)
        _note(message, answer)
        taken, refused = taken + isinstance(answer, Taken), refused + isinstance(answer, Refused)
        if isinstance(answer, Later):
            postponed += 1
            if answer.line_is_out:
                log.warning("the SMS gateway is out: %s", answer.why)
                break
    return SendReport(taken, refused, postponed, given_up)


@transaction.atomic
def _claim(now: datetime) -> Message | None:
    """Take the next text that is due; nobody else takes it while the lease lasts."""
    due = Message.objects.due(now).filter(give_up_at__gt=now).order_by("next_try_at", "pk")
    message = due.select_for_update(of=("self",), skip_locked=True).select_related("office").first()
    if message is None:
        return None
    message.phone = message.phone or message.office.duty_phone
    if message.phone:
        message.state, message.tries = State.SENDING, message.tries + 1
        message.next_try_at = now + timedelta(seconds=2 * settings.HUKOU_SMS_SECONDS + 30)
    else:
        message.state, message.why, message.next_try_at = State.WAITING, words.NO_NUMBER, now + WITHOUT_NUMBER
    message.save(update_fields=["phone", "state", "tries", "why", "next_try_at"])
    return message


@transaction.atomic
def _note(claimed: Message, answer: Taken | Refused | Later) -> None:
    """Write down what the gateway said, unless somebody else has meanwhile: a receipt, or whoever took over the claim."""
    still = Message.objects.select_for_update(of=("self",)).select_related("office")
    message = still.filter(pk=claimed.pk, state=State.SENDING, token=claimed.token, tries=claimed.tries).first()
    if message is None:
        return
    now = clock.now()
    match answer:
        case Taken():
            message.state, message.why, message.handed_at = State.SENT, "", now
            message.gateway_id = answer.gateway_id
            tell(message, "text.sent")
        case Refused():
            fail(message, State.FAILED, answer.why, now)
        case Later():
            pause = min(FIRST_PAUSE * 2 ** min(message.tries - 1, 10), LONGEST_PAUSE)
            rest = timedelta(seconds=answer.rest)
            message.state, message.why, message.next_try_at = State.WAITING, answer.why, now + max(pause, rest)
            if rest:  # the gateway wants to be left alone altogether
                waiting = Message.objects.filter(state=State.WAITING, next_try_at__lt=now + rest)
                waiting.update(next_try_at=now + rest)
    message.save()


def _give_up() -> int:
    """End what has been tried long enough; its office is alerted."""
    now, count = clock.now(), 0
    while True:
        with transaction.atomic():
            over = Message.objects.due(now).filter(give_up_at__lte=now).order_by("pk")
            message = over.select_for_update(of=("self",), skip_locked=True).select_related("office").first()
            if message is None:
                return count
            fail(message, State.GIVEN_UP, message.why or "down", now)
            message.save()
            count += 1


def fail(message: Message, state: Message.State, why: str, now: datetime) -> None:
    """It will not arrive. The caller saves the row."""
    message.state, message.why, message.ended_at = state, why, now
    tell(message, "text.failed", why=why)


def tell(message: Message, action: str, **details: str) -> None:
    """Put on record what became of a text. Its words are no secret, but they are long and the key says which they are."""
    trail.record(
        action,
        subject=message,
        by=None,
        office=message.office,
        case=trail.case_of(message.subject),
        details={"text": message.key, "tries": message.tries, **details},
    )
