"""`manage.py migrate`: as Django does it, connected as the owner of the database."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import connection

from audit.trail import epochs
from audit.trail.guards import EVENTS
from audit.trail.ownership import as_owner


class Command(migrate.Command):
    """The application itself may not change tables, least of all those of the trail."""

    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner():
            if EVENTS in connection.introspection.table_names():
                epochs.begin()  # before anybody records that something was migrated
            super().handle(*args, **options)
