"""`manage.py seal_city`: seals for the officers of the demo city."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from hukou.console import demo_seals


class Command(BaseCommand):
    help = "Issue a seal to every deciding officer of the demo city who has none. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        """Issue and count."""
        self.stdout.write(f"签章 / seals +{demo_seals.issue()}")
