"""`manage.py walkthrough`: one case from acceptance to filing, told step by step."""

from __future__ import annotations

import io
import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils.translation import override

from hukou.catalogue.models import CatalogueVersion
from hukou.console import papers, walkthrough
from hukou.console.scripts import SCRIPTS
from hukou.kernel.errors import DomainError
from workflows.seals import suites


class Command(BaseCommand):
    help = (
        "Run one case of the demo city from acceptance to filing with the verbs the screens use. "
        "Exit 0 filed and verified, 1 the verifier found something wrong, 2 could not run."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which sub-type, which pictures, which form of answer."""
        parser.add_argument("--subtype", default="1102", help="sub-type code, e.g. 0101, 1102, 1105")
        parser.add_argument("--script", choices=sorted(SCRIPTS), default="", help="a turn the case takes on its way")
        parser.add_argument("--photos", help="folder of photographs (JPEG or PNG); default: pictures made here")
        parser.add_argument(
            "--suite", choices=sorted(suites.SUITES), help="algorithms of the seals; default: HUKOU_SEAL_SUITE"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare the demo city when it is not there, then tell the story."""
        say = (lambda line: None) if options["json"] else self.stdout.write
        try:
            call_command("migrate", verbosity=0, interactive=False)
            if not CatalogueVersion.objects.filter(is_current=True).exists():
                call_command("load_catalogue", stdout=io.StringIO())
            call_command("seed_city", stdout=io.StringIO())
            photos = papers.existing_folder(options["photos"]) if options["photos"] else None
            with override("zh-hans"), suites.prefer(options["suite"] or suites.preferred()):
                story = walkthrough.tell(subtype=options["subtype"], photos=photos, say=say, script=options["script"])
                told = story.to_dict()
        except (DomainError, DatabaseError) as error:
            if options["json"]:
                told = {"error": getattr(error, "code", "database"), "message": str(error)}
                self.stdout.write(json.dumps(told, ensure_ascii=False))
            else:
                self.stderr.write(str(error))
            sys.exit(2)
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))
        else:
            self._print(told)
        sys.exit(0 if told["verified"] == "HELD" else 1)

    def _print(self, told: dict[str, Any]) -> None:
        self.stdout.write(f"\n办件 / case    {told['case_number']}   {told['status']}")
        self.stdout.write(f"档号 / archive {told['archive_number']}")
        for seal in told["seals"]:
            self.stdout.write(f"  签章 / seal  {seal['level']}  {seal['signer']}  {seal['outcome']}")
        for path in told["files"]:
            self.stdout.write(f"  {path}")
        size = told["trail"]
        self.stdout.write(f"轨迹 / trail   {size['events']} 件 / events, 树 / tree {size['tree_size']}")
        self.stdout.write(f"核验 / verified {told['verified']}")
