"""Column types Django has no field for."""

from __future__ import annotations

from typing import Any

from django.db import models


class CurrentTransaction(models.Func):
    """`pg_current_xact_id()`: the number of the transaction that writes the row."""

    function = "pg_current_xact_id"
    template = "%(function)s()"


class TransactionIdField(models.Field):  # type: ignore[type-arg]  # generic in the stubs only
    """PostgreSQL `xid8`: a 64-bit transaction number that never wraps within one cluster."""

    def db_type(self, connection: Any) -> str:
        """The column type."""
        return "xid8"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> int | None:
        """The driver hands xid8 over as text."""
        return None if value is None else int(value)

    def get_prep_value(self, value: Any) -> Any:
        """PostgreSQL reads xid8 from text only."""
        return str(value) if isinstance(value, int) else value
