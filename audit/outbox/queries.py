"""Read texts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q

from hukou.accounts.models import Office

from .models import Message, MessageQuerySet

UNDELIVERED_FOR = timedelta(days=30)
"""How long an undelivered text is somebody's business; later it is history."""


@dataclass(frozen=True)
class Line:
    """How the way to the gateway is."""

    configured: bool
    waiting: int
    """Texts to be sent, those kept for want of a gateway not counted."""
    oldest: datetime | None
    """Since when the oldest of them has waited."""
    why: str
    """What went wrong with it last; "" when nothing did."""


def within(offices: Iterable[Office]) -> MessageQuerySet:
    """Texts to these offices and those under them, the newest first."""
    return Message.objects.within(offices).select_related("office")


def states(found: MessageQuerySet) -> dict[str, int]:
    """State → how many of those."""
    return dict(found.order_by().values_list("state").annotate(Count("pk")))


def undelivered(now: datetime) -> MessageQuerySet:
    """What will not arrive by itself, of the last weeks: failed, given up, or its receipt has not come."""
    within, failed = undelivered_within(now), (Message.State.FAILED, Message.State.GIVEN_UP)
    found = Q(state__in=failed, ended_at__gt=within["since"], ended_at__lte=now)
    found |= Q(state=Message.State.SENT, handed_at__gt=within["since"], handed_at__lte=within["late"])
    return Message.objects.filter(found)


def undelivered_within(now: datetime) -> dict[str, datetime]:
    """Moments: what ended after `since` is still told of; what was handed over by `late` should have its receipt."""
    since = now - UNDELIVERED_FOR
    waits_for_receipts = settings.HUKOU_SMS_RECEIPTS != "none"
    return {"since": since, "late": now - timedelta(hours=settings.HUKOU_SMS_HOURS) if waits_for_receipts else since}


def about_item(item: int, subject: str) -> list[Message]:
    """The texts about one thing, or that tell of it among others, the oldest first."""
    found = Message.objects.filter(Q(subject=subject) | Q(about__contains=[item]))
    return list(found.select_related("office").order_by("pk"))


def line() -> Line:
    """How the gateway is doing, from what waits for it."""
    waiting = Message.objects.filter(state__in=(Message.State.WAITING, Message.State.SENDING))
    oldest = waiting.order_by("created_at").first()
    return Line(
        bool(settings.HUKOU_SMS_GATEWAY),
        waiting.count(),
        oldest.created_at if oldest else None,
        oldest.why if oldest else "",
    )


def about_subject(subject: str) -> Message | None:
    """The newest text about one thing."""
    return Message.objects.filter(subject=subject).order_by("-pk").first()
