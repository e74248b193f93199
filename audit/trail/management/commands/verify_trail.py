"""`manage.py verify_trail`: check every event, leaf, checkpoint and signature of the trail."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.db import Error
from django.utils.translation import gettext as _

from audit.trail import verifier
from audit.trail.management.progress import ProgressBar
from audit.trail.types import TrailReport

HELD, BROKEN, COULD_NOT_RUN = 0, 1, 2


class Command(BaseCommand):
    """Exit status: 0 the trail held, 1 something is wrong with it, 2 it could not be checked."""

    help = (
        "Verify the whole trail from its stored bytes. Exit status: 0 held, 1 found something wrong, 2 could not run."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")

    def handle(self, *args: Any, **options: Any) -> None:
        bar = ProgressBar(sys.stderr)
        try:
            report = verifier.verify(progress=bar)
        except (verifier.CannotVerify, Error) as error:
            if options["json"]:
                self.stdout.write(json.dumps({"outcome": "error", "error": str(error)}, ensure_ascii=False))
            self.stderr.write(_("The trail could not be verified: %(error)s") % {"error": error})
            sys.exit(COULD_NOT_RUN)
        finally:
            bar.clear()
        if options["json"]:
            self.stdout.write(json.dumps(asdict(report), ensure_ascii=False))
        else:
            self.print(report)
        sys.exit(HELD if report.held else BROKEN)

    def print(self, report: TrailReport) -> None:
        """Write the report for people."""
        write = self.stdout.write
        write(_("Trail: held") if report.held else _("Trail: BROKEN"))
        write(
            _("%(events)d events, %(sequenced)d in the log, %(waiting)d waiting; %(checkpoints)d checkpoints")
            % vars(report)
        )
        if report.root:
            write(_("Newest checkpoint: %(tree_size)d leaves, root %(root)s") % vars(report))
        for finding in report.findings:
            where = " ".join(filter(None, [f"#{finding.event_id}" if finding.event_id else "", finding.subject]))
            write(f"  {finding.kind}  {where}  {finding.message}")
