"""`manage.py export_trail`: the trail of one case with its proofs, for somebody who does not trust this system."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from audit.trail import actions as trail
from audit.trail import export
from audit.trail.errors import NotInTheLogYet
from audit.trail.publication import LogDiffers
from audit.trail.tiles import TileMissing
from workflows.cases.models import Case

DONE, COULD_NOT_RUN = 0, 2


class Command(BaseCommand):
    """Exit status: 0 written, 2 it could not be written."""

    help = (
        "Write every event of a case and its proof into a folder. Verify it anywhere with the verify.py that lies beside "
        "them. Exit status: 0 written, 2 could not run."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--case", required=True, help="case number")
        parser.add_argument("--out", required=True, type=Path, help="an empty folder, or one that is not there yet")
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")

    def handle(self, *args: Any, **options: Any) -> None:
        case = Case.objects.filter(number=options["case"]).first()
        if case is None:
            self._refuse(_("There is no case with this number."))
        try:
            exported = export.export(case.pk, options["out"])
        except NotInTheLogYet as young:
            self._refuse(f"{young.text} {young.advice}")
        except FileExistsError:
            self._refuse(_("The folder is not empty; choose another."))
        except (LogDiffers, TileMissing):
            self._refuse(_("The files of the log are damaged; run verify_trail first."))
        trail.record("trail.exported", subject=case, by=None, details=asdict(exported))
        if options["json"]:
            self.stdout.write(json.dumps({"case": case.number, "out": str(options["out"]), **asdict(exported)}))
        else:
            self.stdout.write(_("%(events)d events written, proved against %(tree_size)d") % asdict(exported))
        sys.exit(DONE)

    def _refuse(self, words: str) -> NoReturn:
        self.stderr.write(words)
        sys.exit(COULD_NOT_RUN)
