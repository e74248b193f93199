"""`manage.py check --database default`, and every `migrate`: are the guards of the trail on?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Warning
from django.db import connection

from . import guards


def check_guards(app_configs: Any, databases: Sequence[str] | None = None, **_more: Any) -> list[CheckMessage]:
    """A warning for each guard that is not as it should be; nothing before the first `migrate`."""
    if "default" not in (databases or ()) or guards.EVENTS not in connection.introspection.table_names():
        return []
    return [
        Warning(
            f"The trail is not guarded: {lack}.",
            hint="Run `manage.py migrate` as the owner of the database; audit/trail/README.md says who may do what.",
            id="trail.W001",
        )
        for lack in guards.missing()
    ]
