"""`manage.py seed_load --cases N`: an invented city of N cases, for measuring."""

from __future__ import annotations

import io
import json
import sys
import time
from argparse import ArgumentParser
from contextlib import nullcontext
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils.translation import override

from audit.trail.management.progress import ProgressBar
from audit.trail.ownership import as_owner
from hukou.catalogue.models import CatalogueVersion
from hukou.console import demo_seals
from hukou.console.measuring import city
from hukou.kernel.errors import DomainError

MANY = 5_000
"""So many cases are worth calling helpers for."""


class Command(BaseCommand):
    help = (
        "Fill the demo city with N invented cases, thousands a second, for measuring. Their numbers begin with 9999, which "
        "is no police unit, and the trail knows nothing of them: they are no evidence. The same seed goes on "
        "where it stopped. Exit 0 all are there, 1 stopped before (Ctrl-C), 2 could not run."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many, from which dice, and into what."""
        parser.add_argument("--cases", type=int, required=True, help="how many cases of this seed there shall be")
        parser.add_argument("--seed", type=int, default=1, help="which invented city; default 1")
        parser.add_argument("--into-existing", action="store_true", help="although other cases are in the database")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare the demo city, then make the cases."""
        bar, begun = ProgressBar(sys.stderr), time.perf_counter()
        state = {"done": 0}

        def progress(done: int, total: int) -> None:
            state["done"] = done
            bar(done, total)

        try:
            call_command("migrate", verbosity=0, interactive=False)
            if not options["into_existing"]:
                city.require_no_other_cases()
            if not CatalogueVersion.objects.filter(is_current=True).exists():
                call_command("load_catalogue", stdout=io.StringIO())
            call_command("seed_city", stdout=io.StringIO())
            demo_seals.issue()
            with override("zh-hans"):
                founded = city.City(options["seed"])
            with founded.helped() if options["cases"] >= MANY else nullcontext():
                prepared, begun = time.perf_counter() - begun, time.perf_counter()
                with as_owner():  # who may tell the database that rows name only rows that are there
                    made = founded.fill(options["cases"], progress)
                taken = time.perf_counter() - begun
        except KeyboardInterrupt:
            bar.clear()
            self._tell(options, {"stopped": True, "seed": options["seed"], "cases": state["done"]})
            sys.exit(1)
        except (DomainError, DatabaseError) as error:
            bar.clear()
            self._fail(options, error)
            sys.exit(2)
        bar.clear()
        new = made.cases - made.before
        told = {"stopped": False, "seed": options["seed"], "cases": made.cases, "new": new, "prepared_s": prepared}
        self._tell(options, told | {"seconds": taken, "per_second": new / taken})

    def _tell(self, options: dict[str, Any], told: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps({k: round(v, 2) if isinstance(v, float) else v for k, v in told.items()}))
        elif told["stopped"]:
            self.stdout.write(
                f"已停止，现有 / stopped, there are now: {told['cases']}；再次运行即继续 / run again to go on"
            )
        else:
            self.stdout.write(
                f"测速办件 / cases for measuring {told['cases']}（+{told['new']}）"
                f"  {told['seconds']:.1f} s  {told['per_second']:,.0f}/s  准备 / prepared {told['prepared_s']:.1f} s"
            )

    def _fail(self, options: dict[str, Any], error: Exception) -> None:
        if options["json"]:
            self.stdout.write(
                json.dumps({"error": getattr(error, "code", "database"), "message": str(error)}, ensure_ascii=False)
            )
            return
        for language in ("zh-hans", "en"):
            with override(language):
                self.stderr.write(str(error))
