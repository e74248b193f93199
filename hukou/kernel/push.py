"""Tell open screens that something changed: ids only, through PostgreSQL NOTIFY, sent when the transaction commits."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection

CHANNEL = "hukou_push"


def announce(*, group: str, kind: str, **ids: int | str) -> None:
    """Send `{"group", "kind", **ids}` to the screens that listen to `group` (e.g. `office-12`, `officer-7`).

    Nothing is sent when the transaction rolls back. Never pass personal data: only ids and case numbers.
    """
    payload: dict[str, Any] = {"group": group, "kind": kind, **ids}
    with connection.cursor() as cursor:
        cursor.execute("select pg_notify(%s, %s)", [CHANNEL, json.dumps(payload)])
