"""`manage.py verify_case CASE_NO [--json]`: exit 0 held, 1 found something wrong, 2 could not run."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils.translation import gettext as _

from workflows.archive import verify
from workflows.cases.models import Case


class Command(BaseCommand):
    help = "Check seals, page bytes, filed files and trail of one case. Exit 0 held, 1 something is wrong, 2 could not run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The case number, and the form of the answer."""
        parser.add_argument("case_number", metavar="CASE_NO")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify and report."""
        try:
            case = Case.objects.with_context().filter(number=options["case_number"]).first()
        except DatabaseError as error:
            self._cannot(_("The database does not answer: {error}").format(error=error), options["json"])
        if case is None:
            self._cannot(_("There is no case {number}.").format(number=options["case_number"]), options["json"])
        report = verify.verify_case(case)
        if options["json"]:
            self.stdout.write(json.dumps(report.to_dict(), ensure_ascii=False))
        else:
            self._print(report)
        sys.exit(0 if report.held else 1)

    def _cannot(self, why: str, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"error": why}, ensure_ascii=False))
        else:
            self.stderr.write(why)
        sys.exit(2)

    def _print(self, report: verify.CaseReport) -> None:
        self.stdout.write(f"{report.case_number}  {report.status}  {report.outcome}")
        for kind, document in report.documents.items():
            self.stdout.write(f"  {kind}: {document.outcome}")
            for seal in document.seals:
                reasons = ", ".join(seal.reasons)
                self.stdout.write(f"    {seal.level} {seal.step} {seal.signer}: {seal.outcome} {reasons}")
        self.stdout.write(_("  {count} pages re-read").format(count=report.pages))
        if report.versions:
            self.stdout.write(_("  {count} versions in the archive").format(count=report.versions))
        for finding in report.findings:
            self.stdout.write(self.style.ERROR(f"  {finding.code}: {finding.subject}"))
