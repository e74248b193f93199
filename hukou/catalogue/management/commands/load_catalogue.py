"""`manage.py load_catalogue [FILE]`: check a catalogue and put it in force."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from hukou.catalogue import actions, parsing
from hukou.catalogue.errors import BadCatalogue
from hukou.kernel.errors import DomainError

SHIPPED = Path(__file__).resolve().parents[2] / "data" / "catalogue-2026-11-21.json"


class Command(BaseCommand):
    help = (
        "Check a catalogue file and put it in force (default: the shipped one). Exit 0 loaded, 1 refused, 2 unreadable."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which file, and whether only to check."""
        parser.add_argument("file", nargs="?", type=Path, default=SHIPPED)
        parser.add_argument("--check", action="store_true", help="check only, load nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, or list every fault with its line."""
        try:
            data = options["file"].read_bytes()
        except OSError as error:
            self.stderr.write(f"{options['file']}: {error.strerror}")
            sys.exit(2)
        try:
            version = parsing.parse(data).version if options["check"] else actions.load(data).version
        except BadCatalogue as bad:
            self._refuse([str(problem) for problem in bad.data["problems"]], options["json"])
        except DomainError as error:
            self._refuse([str(error)], options["json"])
        if options["json"]:
            self.stdout.write(json.dumps({"version": version, "problems": []}))
        else:
            self.stdout.write(f"目录 / catalogue {version}")

    def _refuse(self, problems: list[str], as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"problems": problems}, ensure_ascii=False))
        else:
            self.stderr.write("\n".join(problems))
        sys.exit(1)
