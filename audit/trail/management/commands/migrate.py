"""`manage.py migrate`: as Django does it, connected as the owner of the database."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate

from audit.trail.ownership import as_owner


class Command(migrate.Command):
    """The application itself may not change tables, least of all those of the trail."""

    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner():
            super().handle(*args, **options)
