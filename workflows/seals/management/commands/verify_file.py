"""`manage.py verify_file FILE.pdf [--alone] [--json]`: exit 0 PASSED, 1 FAILED or INDETERMINATE, 2 could not run."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils.translation import gettext as _

from hukou.kernel import canonical
from workflows.seals import queries, verify
from workflows.seals.types import Outcome, SealReport, SealVerdict, StampVerdict


class Command(BaseCommand):
    help = (
        "Check every seal and time stamp of a PDF, and the file against the register where it is one of ours. "
        "Exit 0 PASSED, 1 FAILED or INDETERMINATE, 2 could not run."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, whether to ask the register, and the form of the answer."""
        parser.add_argument("file", metavar="FILE.pdf", type=Path)
        parser.add_argument("--alone", action="store_true", help="judge the file by itself; needs no database")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify and report."""
        try:
            pdf = options["file"].read_bytes()
            expected = None if options["alone"] else queries.expected_by_digest(canonical.sha256(pdf))
            report = verify.report(pdf, expected)
        except OSError as error:
            self._cannot(_("Cannot be read: {error}").format(error=error), as_json=options["json"])
        except DatabaseError as error:
            self._cannot(_("The database does not answer: {error}").format(error=error), as_json=options["json"])
        if options["json"]:
            said = {**report.to_dict(), "sha256": canonical.sha256(pdf), "registered": expected is not None}
            self.stdout.write(json.dumps(said, ensure_ascii=False))
        else:
            self._print(report, registered=expected is not None)
        sys.exit(0 if report.outcome == Outcome.PASSED else 1)

    def _cannot(self, why: str, *, as_json: bool) -> NoReturn:
        if as_json:
            self.stdout.write(json.dumps({"error": why}, ensure_ascii=False))
        else:
            self.stderr.write(why)
        sys.exit(2)

    def _print(self, report: SealReport, *, registered: bool) -> None:
        self.stdout.write(f"{report.outcome}  {report.sub_indication}".rstrip())
        self.stdout.write(_("  in the register") if registered else _("  not in the register; judged by itself"))
        for seal in report.seals:
            self._line(seal, f"{seal.field_name}  {seal.signer}", seal.stamped_at or seal.signed_at)
        for stamp in report.stamps:
            self._line(stamp, f"{stamp.service}  {stamp.digest}", stamp.moment)
        for reason in report.reasons:
            self.stdout.write(self.style.ERROR(f"  {reason}"))

    def _line(self, verdict: SealVerdict | StampVerdict, who: str, when: object) -> None:
        why = f"  {verdict.sub_indication} ({', '.join(verdict.reasons)})" if verdict.reasons else ""
        self.stdout.write(f"  {verdict.outcome}  {who}  {when or ''}{why}")
