"""Questions to PostgreSQL whose answers are bytes as they are stored, not text about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, LiteralString

import psycopg


def ask(connection: psycopg.Connection[Any], statement: LiteralString, values: Mapping[str, Any] | None = None) -> Any:
    """All rows. A cursor of its own kind: Django's binds on its side and gets text back."""
    with psycopg.Cursor(connection) as cursor:
        return cursor.execute(statement, values, binary=True).fetchall()
