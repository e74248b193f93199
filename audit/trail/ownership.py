"""Who the database is for: the application, which may only add to the trail, or its owner, who makes the tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection


@contextmanager
def as_owner() -> Iterator[None]:
    """Inside the block this process is connected as the owner of the database (HUKOU_DATABASE_OWNER), for `migrate`.

    Nothing changes when no owner apart from the application is named.
    """
    owner = settings.HUKOU_DATABASE_OWNER
    before = {key: connection.settings_dict[key] for key in owner}
    if owner:
        _reconnect(owner)
    try:
        yield
    finally:
        if owner:
            _reconnect(before)


def _reconnect(place: dict[str, str]) -> None:
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # of the PostgreSQL backend
    connection.settings_dict.update(place)
