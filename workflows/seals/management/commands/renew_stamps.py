"""`manage.py renew_stamps [--all] [--json]`: exit 0 all renewed, 1 some could not be, 2 could not run."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils.translation import gettext as _

from workflows.seals import renewal


class Command(BaseCommand):
    help = (
        "Stamp sealed files anew whose newest time stamp runs out soon; the worker does the same every hour. "
        "Exit 0 all renewed, 1 some could not be, 2 could not run."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which files, and the form of the answer."""
        parser.add_argument(
            "--all", action="store_true", help="every stamped file, e.g. after HUKOU_STAMP_DIGEST was changed"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Renew and report."""
        try:
            done = renewal.run(renewal.due(everything=options["all"]))
        except DatabaseError as error:
            self.stderr.write(_("The database does not answer: {error}").format(error=error))
            sys.exit(2)
        if options["json"]:
            self.stdout.write(json.dumps({"renewed": done.renewed, "failed": [list(one) for one in done.failed]}))
        else:
            self.stdout.write(_("{count} files stamped anew").format(count=done.renewed))
            for key, why in done.failed:
                self.stdout.write(self.style.ERROR(_("  document {key}: {why}").format(key=key, why=why)))
        sys.exit(1 if done.failed else 0)
