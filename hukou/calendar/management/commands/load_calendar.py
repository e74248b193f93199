"""`manage.py load_calendar [FILE]`: take in the published holidays."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils.translation import gettext as _

from hukou.calendar import actions, publication, queries
from hukou.calendar.errors import BadPublication
from hukou.kernel import clock


class Command(BaseCommand):
    help = (
        "Take in the holidays the State Council published (default: the shipped years). Years that are there already "
        "are left as they are, so it may be repeated. Exit 0 done, 1 refused, 2 could not run."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which file, and how to tell what was done."""
        parser.add_argument("file", nargs="?", type=Path, default=publication.SHIPPED)
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, say which years are new, and warn when the next year ought to be there and is not."""
        try:
            loaded = actions.load(options["file"].read_bytes())
            missing = queries.year_missing(clock.today())
        except BadPublication as refusal:
            self.stderr.write(str(refusal))
            sys.exit(1)
        except (OSError, DatabaseError) as error:
            self.stderr.write(str(error))
            sys.exit(2)
        if options["json"]:
            self.stdout.write(json.dumps({"loaded": loaded, "missing": missing}))
            return
        if loaded:
            self.stdout.write(_("Holidays taken in: {years}.").format(years=", ".join(map(str, loaded))))
        else:
            self.stdout.write(_("Every year of the file is there already."))
        if missing:
            self.stderr.write(
                _("The holidays of {year} are missing. Enter them under /calendar/.").format(year=missing)
            )
