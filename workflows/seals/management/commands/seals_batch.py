"""`manage.py seals_batch FOLDER --officer NUMBER --title WORDS [--json]`: exit 0 all brought, 1 some refused, 2 could not run."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from hukou.accounts.models import Officer
from hukou.kernel.errors import DomainError
from workflows.seals.bulk import actions, intake


class Command(BaseCommand):
    help = (
        "Bring the PDFs of a folder as a batch for an officer to look through and seal on the screen. "
        "Nothing is sealed here. Exit 0 all brought, 1 some refused, 2 could not run."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The folder, for whom, and what the batch is called."""
        parser.add_argument("folder", type=Path, metavar="FOLDER")
        parser.add_argument("--officer", required=True, metavar="NUMBER", help="police number of who will seal them")
        parser.add_argument("--title", required=True, help="name of the batch, without names of citizens")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Bring file after file, by name; one that does not fit stops no other."""
        officer = Officer.objects.filter(number=options["officer"]).first()
        files = sorted(options["folder"].glob("*.pdf")) if options["folder"].is_dir() else []
        if officer is None or not files:
            self._cannot(_("There is no such officer.") if files else _("There is no PDF in this folder."), options)
        try:
            batch = actions.make(by=officer, title=options["title"])
        except DomainError as error:
            self._cannot(str(error), options)
        refused: list[dict[str, str]] = []
        for number, path in enumerate(files, 1):
            if sys.stderr.isatty():
                self.stderr.write(f"\r{number}/{len(files)}", ending="")
            try:
                with path.open("rb") as file:
                    pdf = file.read(intake.MOST_BYTES + 1)
                actions.bring(batch_id=batch.pk, by=officer, name=path.name, pdf=pdf)
            except (DomainError, OSError) as error:
                refused.append({"name": path.name, "why": getattr(error, "text", type(error).__name__)})
        self._told(batch.pk, len(files) - len(refused), refused, options)
        sys.exit(1 if refused else 0)

    def _told(self, batch: int, brought: int, refused: list[dict[str, str]], options: dict[str, Any]) -> None:
        if options["json"]:
            said = {"batch": batch, "brought": brought, "refused": refused}
            self.stdout.write(json.dumps(said, ensure_ascii=False))
            return
        for one in refused:
            self.stdout.write(self.style.ERROR(f"  {one['why']}"))
        self.stdout.write(_("batch {batch}: {count} papers brought").format(batch=batch, count=brought))

    def _cannot(self, why: str, options: dict[str, Any]) -> NoReturn:
        if options["json"]:
            self.stdout.write(json.dumps({"error": why}, ensure_ascii=False))
        else:
            self.stderr.write(why)
        sys.exit(2)
