"""Lay a text into the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings

from hukou.accounts.models import Office
from hukou.kernel import clock

from . import kinds
from .models import Message


def put(kind: str, *, key: str, office: Office, subject: str, about: Sequence[int] = (), **said: Any) -> None:
    """Lay a text into the outbox, in the caller's transaction. The same key (the cause) makes one text for ever.

    `said` fills the slots of the kind. Raises UnfitText.
    """
    now = clock.now()
    message = Message(
        office=office,
        kind=kind,
        key=key,
        subject=subject,
        about=list(about),
        text=kinds.compose(kind, said),
        created_at=now,
        next_try_at=now,
        give_up_at=now + timedelta(hours=settings.HUKOU_SMS_HOURS),
    )
    Message.objects.bulk_create([message], ignore_conflicts=True)
