"""`manage.py verify_trail`: check every event, leaf, checkpoint, signature, stamp and published file of the trail."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any, NoReturn

from django.core.management.base import BaseCommand
from django.db import Error
from django.utils.translation import gettext as _

from audit.trail import verifications, verifier
from audit.trail.management.progress import ProgressBar
from audit.trail.types import TrailReport

HELD, BROKEN, COULD_NOT_RUN = 0, 1, 2


class Command(BaseCommand):
    """Exit status: 0 the trail held, 1 something is wrong with it, 2 it could not be checked or was stopped."""

    help = (
        "Verify the trail from its stored bytes: what is new since a verification that held, everything when there was "
        "none. Exit status: 0 held, 1 found something wrong, 2 could not run or was stopped."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        extent = parser.add_mutually_exclusive_group()
        extent.add_argument("--full", action="store_true", help="verify everything, whatever was verified before")
        extent.add_argument(
            "--since", type=int, metavar="CHECKPOINT", help="verify what came after the checkpoint of this size"
        )
        parser.add_argument("--jobs", type=int, default=1, help="processes that share the work")
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")

    def handle(self, *args: Any, **options: Any) -> None:
        bar = ProgressBar(sys.stderr)
        since = 0 if options["full"] else options["since"]
        try:
            report = verifications.verify(since=since, jobs=options["jobs"], progress=bar)
        except (verifier.CannotVerify, Error) as error:
            self.give_up(
                _("The trail could not be verified: %(error)s") % {"error": error}, str(error), options["json"]
            )
        except KeyboardInterrupt:
            self.give_up(_("Stopped; nothing is said about the trail."), "stopped", options["json"])
        finally:
            bar.clear()
        if options["json"]:
            self.stdout.write(json.dumps(asdict(report), ensure_ascii=False))
        else:
            self.print(report)
        sys.exit(HELD if report.held else BROKEN)

    def give_up(self, words: str, error: str, as_json: bool) -> NoReturn:
        """Say why nothing is known."""
        if as_json:
            self.stdout.write(json.dumps({"outcome": "error", "error": error}, ensure_ascii=False))
        self.stderr.write(words)
        sys.exit(COULD_NOT_RUN)

    def print(self, report: TrailReport) -> None:
        """Write the report for people."""
        write = self.stdout.write
        write(_("Trail: held") if report.held else _("Trail: BROKEN"))
        if report.since:
            write(
                _("Only what came after the checkpoint of %(since)d leaves; --full verifies everything.") % vars(report)
            )
        write(
            _("%(events)d events, %(sequenced)d in the log, %(waiting)d waiting; %(checkpoints)d checkpoints")
            % vars(report)
        )
        write(_("%(cosignatures)d signatures of witnesses, %(stamps)d time stamps") % vars(report))
        if report.root:
            write(_("Newest checkpoint: %(tree_size)d leaves, root %(root)s") % vars(report))
        for finding in report.findings:
            where = " ".join(filter(None, [f"#{finding.event_id}" if finding.event_id else "", finding.subject]))
            write(f"  {finding.kind}  {where}  {finding.message}")
        if report.unlisted:
            write(_("and %(unlisted)d more") % vars(report))
