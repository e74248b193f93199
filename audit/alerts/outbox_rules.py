"""Alert rules about the outbox: a text that will not arrive, a gateway that takes none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from audit.outbox import queries
from audit.outbox.models import Message
from hukou.accounts.models import Office

from . import rules, terms

UNDELIVERED, LINE_OUT = "outbox.undelivered", "outbox.line_out"

_UNDELIVERED = """
exists (select from outbox_message where state in ('failed', 'given_up') and ended_at <= {now} and ended_at > {since})
or exists (select from outbox_message where state = 'sent' and handed_at <= {late} and handed_at > {since})
"""
_LINE_OUT = """
exists (select from outbox_message where state in ('waiting', 'sending') and why <> 'no_number'
                                     and created_at <= {now} - make_interval(mins => {minutes}))
"""


def find_undelivered(now: datetime) -> Iterator[rules.Due]:
    """Texts that will not arrive by themselves; over once sent again."""
    hours = timedelta(hours=settings.HUKOU_SMS_HOURS)
    for message in queries.undelivered(now).only("key", "office", "ended_at", "handed_at", "subject"):
        due = message.ended_at or (message.handed_at + hours if message.handed_at else now)
        yield rules.Due(
            subject=f"outbox.message:{message.pk}",
            office_id=message.office_id,
            due_at=due,
            details={"text": message.key},
        )


def find_line_out(now: datetime) -> Iterator[rules.Due]:
    """The gateway has not taken the oldest text that waits for it; an office without a telephone is no fault of it."""
    if not settings.HUKOU_SMS_GATEWAY:
        return
    allowed = timedelta(minutes=terms.of(LINE_OUT).params["minutes"])
    states = (Message.State.WAITING, Message.State.SENDING)
    waiting = Message.objects.filter(state__in=states, created_at__lte=now - allowed).exclude(why="no_number")
    oldest = waiting.order_by("created_at").first()
    if oldest is None:
        return
    for office in Office.objects.filter(level=Office.Level.CITY):
        yield rules.Due(
            subject="outbox.line:1",
            office_id=office.pk,
            due_at=oldest.created_at + allowed,
            details={"why": oldest.why},
        )


def register() -> None:
    """Called once at start-up."""
    rules.register(
        rules.AlertRule(
            name=UNDELIVERED,
            label=_("A text to the office was not delivered"),
            about=_("Texts to an office's own telephone that were refused, given up, or whose receipt did not come."),
            kind=rules.Kind.DELIVERY,
            severity=1,
            find=find_undelivered,
            glance=rules.Glance(_UNDELIVERED, queries.undelivered_within),
            params={rules.TEXT_FROM_RUNG: 0},
        )
    )
    rules.register(
        rules.AlertRule(
            name=LINE_OUT,
            label=_("The SMS gateway takes no texts"),
            about=_("A text has waited for the SMS gateway for {minutes} minutes."),
            kind=rules.Kind.SYSTEM,
            find=find_line_out,
            glance=rules.Glance(_LINE_OUT),
            params={"minutes": 60, rules.TEXT_FROM_RUNG: 0},
        )
    )
