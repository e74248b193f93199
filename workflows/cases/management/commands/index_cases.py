"""`manage.py index_cases`: make anew what search finds cases by, e.g. after a station came under another branch."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from workflows.cases import searching
from workflows.cases.models import Case

BATCH = 2000


class Command(BaseCommand):
    help = "Make the search index anew from the cases. Exit status 0 when done."

    def add_arguments(self, parser: CommandParser) -> None:
        """Options of the command."""
        parser.add_argument("--json", action="store_true", help="say the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Case by case in the order they were opened; people go on working meanwhile."""
        done, last = 0, 0
        while batch := list(
            Case.objects.filter(pk__gt=last)
            .select_related("station__parent__parent", "subtype__catalogue")
            .order_by("pk")[:BATCH]
        ):
            searching.index(*batch)
            done, last = done + len(batch), batch[-1].pk
            if not options["json"]:
                self.stderr.write(f"\r{done}", ending="")
        self.stdout.write(json.dumps({"indexed": done}) if options["json"] else f"\r{done} cases indexed")
