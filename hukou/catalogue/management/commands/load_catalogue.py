"""`manage.py load_catalogue [FILE]`: check a catalogue and put it in force."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils.translation import gettext as _

from hukou.catalogue import actions, parsing, queries
from hukou.catalogue.errors import BadCatalogue, Problem, VersionTaken


class Command(BaseCommand):
    help = "Check a catalogue file and put it in force (default: the shipped one). Exit 0 loaded, 1 refused, 2 could not run."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which file, and whether only to check."""
        parser.add_argument("file", nargs="?", type=Path, default=queries.SHIPPED)
        parser.add_argument("--check", action="store_true", help="check only, load nothing; needs no database")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, or list every fault with its line."""
        try:
            data = options["file"].read_bytes()
            catalogue = parsing.parse(data)
            if not options["check"]:
                actions.load(data)
        except BadCatalogue as refusal:
            self._refuse(refusal.data["problems"], as_json=options["json"])
        except VersionTaken as refusal:
            self._refuse([Problem(0, "meta.version", refusal.text, {})], as_json=options["json"])
        except (OSError, DatabaseError) as error:
            self.stderr.write(str(error))
            sys.exit(2)
        told = {
            "version": catalogue.version,
            "sha256": catalogue.sha256,
            "categories": len(catalogue.categories),
            "subtypes": len(catalogue.subtypes),
            "materials": sum(len(subtype.materials) for subtype in catalogue.subtypes),
            "loaded": not options["check"],
            "problems": [],
        }
        sentence = _("Catalogue {version}: {categories} categories, {subtypes} sub-types, {materials} material lines.")
        self.stdout.write(json.dumps(told, ensure_ascii=False) if options["json"] else sentence.format(**told))

    def _refuse(self, problems: list[Problem], *, as_json: bool) -> NoReturn:
        if as_json:
            found = [{"line": p.line, "path": p.path, "message": p.text} for p in problems]
            self.stdout.write(json.dumps({"loaded": False, "problems": found}, ensure_ascii=False))
        else:
            self.stderr.write("\n".join(str(problem) for problem in problems))
        sys.exit(1)
