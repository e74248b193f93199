"""Tell open screens that something changed: ids only, through PostgreSQL NOTIFY, sent when the transaction commits."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

CHANNEL = "hukou_push"
Message = Mapping[str, Any]


def announce(*, group: str, kind: str, **ids: int | str) -> None:
    """Send `{"group", "kind", **ids}` to the screens that listen to `group` (e.g. `office-12`, `officer-7`).

    Nothing is sent when the transaction rolls back. Never pass personal data: only ids and case numbers.
    """
    announce_each([message(group=group, kind=kind, **ids)])


def message(*, group: str, kind: str, **ids: int | str) -> Message:
    """What `announce` sends."""
    return {"group": group, "kind": kind, **ids}


def announce_each(messages: Sequence[Message]) -> None:
    """`announce` several at once, in one statement."""
    payloads = [json.dumps(one) for one in messages]
    with connection.cursor() as cursor:
        cursor.execute("select pg_notify(%s, payload) from unnest(%s::text[]) payload", [CHANNEL, payloads])
