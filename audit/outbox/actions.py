"""Put a text into the outbox, send it again, say which telephone an office has."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import PHONE, Office, Officer
from hukou.kernel import clock
from hukou.kernel.errors import NotFound

from .digests import make_digests
from .errors import NotUndelivered, PhoneUnfit
from .mentions import gather, mention
from .models import Message
from .putting import put
from .receipts import ask_for_receipts, take_receipt
from .sender import send_due

__all__ = [
    "ask_for_receipts",
    "gather",
    "make_digests",
    "mention",
    "put",
    "send_again",
    "send_due",
    "set_phone",
    "take_receipt",
]

State = Message.State


@trail.records_refusal(
    "text.send_again", subject="outbox.message", key="message_id", label=_("Sending a text again was refused")
)
@transaction.atomic
def send_again(*, message_id: int, by: Officer) -> Message:
    """Send what was not delivered once more, to the number the office has now. Raises NotFound, NotPermitted, NotUndelivered."""
    message = Message.objects.select_for_update(of=("self",)).select_related("office").filter(pk=message_id).first()
    if message is None:
        raise NotFound
    policies.require(by, "text.send_again", message)
    if message.state not in (State.FAILED, State.GIVEN_UP, State.KEPT):
        raise NotUndelivered(state=message.get_state_display())
    now = clock.now()
    before = message.state
    message.state, message.why, message.phone, message.gateway_id = State.WAITING, "", "", ""
    message.token, message.tries = uuid.uuid4(), 0  # to the gateway it is a new text
    message.ended_at = message.handed_at = message.receipt_asked_at = None
    message.next_try_at, message.give_up_at = now, now + timedelta(hours=settings.HUKOU_SMS_HOURS)
    message.save()
    trail.record(
        "text.queued_again", subject=message, by=by, case=trail.case_of(message.subject), details={"was": before}
    )
    return message


@trail.records_refusal(
    "office.set_phone", subject="accounts.office", key="office_id", label=_("Setting a duty telephone was refused")
)
@transaction.atomic
def set_phone(*, office_id: int, phone: str, by: Officer) -> Office:
    """Say which telephone of the office takes texts; "" for none. Raises NotFound, NotPermitted, PhoneUnfit."""
    office = Office.objects.select_for_update(of=("self",)).filter(pk=office_id).first()
    if office is None:
        raise NotFound
    policies.require(by, "office.set_phone", office)
    phone = "".join(phone.split())
    if not re.fullmatch(PHONE, phone):
        raise PhoneUnfit(typed=phone[:40])
    before = office.duty_phone
    if phone != before:
        # By `update`, for a row that is saved tells the trail by itself (hukou.console.staffing), without who did it.
        Office.objects.filter(pk=office.pk).update(duty_phone=phone)
        office.duty_phone = phone
        trail.record("office.phone_set", subject=office, by=by, details={"before": before, "after": phone})
    return office
