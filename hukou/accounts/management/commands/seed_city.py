"""`manage.py seed_city`: found the demo city."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from hukou.accounts import demo


class Command(BaseCommand):
    help = "Found the invented demo city (three branches, nine stations, officers for every duty). Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed, and show the main accounts."""
        demo.seed()
        self.stdout.write(demo.accounts_table())
