"""`manage.py translations`: check, update or compile the Chinese words."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from hukou.console import translations


class Command(BaseCommand):
    help = "Check, update or compile the Chinese catalogues. Needs no database. Exit 0 good, 1 strings lack Chinese."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One of three."""
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--check", action="store_true", help="list strings without good Chinese")
        what.add_argument("--update", action="store_true", help="take in parts and new strings")
        what.add_argument("--compile", action="store_true", help="write the .mo files")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        if options["update"]:
            translations.update()
        if options["compile"]:
            for path in translations.compile_all():
                self.stdout.write(str(path.name))
            return
        found = list(translations.faults())
        for fault in found:
            self.stdout.write(f"{fault.package}: {fault.reason}: {fault.text}")
        if options["check"]:
            sys.exit(1 if found else 0)
