"""`manage.py sweep_uploads`: remove uploads that were begun and never finished."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from capture.sessions import arriving

COULD_NOT_RUN = 2


class Command(BaseCommand):
    """Exit status: 0 it ran, 2 it could not run."""

    help = "Remove uploads that were begun and never finished. Exit status: 0 it ran, 2 it could not run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        hours = int(arriving.KEPT.total_seconds() // 3600)
        parser.add_argument("--hours", type=float, default=hours, help=f"untouched for so long ({hours})")
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            swept = arriving.sweep(timedelta(hours=options["hours"]))
        except (OSError, OverflowError) as error:
            self.stderr.write(_("The sweep could not run: %(error)s") % {"error": error})
            sys.exit(COULD_NOT_RUN)
        if options["json"]:
            self.stdout.write(json.dumps({"swept": swept}))
        else:
            self.stdout.write(_("Abandoned uploads removed: %(swept)d") % {"swept": swept})
