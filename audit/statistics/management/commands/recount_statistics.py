"""Count figures anew from the trail and compare: 0 they are the same, 1 something differs, 2 it could not be done."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils.translation import override

from audit.statistics import actions, cubes, periods
from audit.statistics.types import RecountReport

SHOWN = 20


class Command(BaseCommand):
    """Recount every cube that says how it is counted from the trail."""

    help = "Count every figure of the statistics anew from the trail and compare. Exit status 0 held, 1 differs, 2 could not run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--month, --json."""
        parser.add_argument("--month", help="only this month, YYYY-MM; without it all there are")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Count, remember what was found, and tell it."""
        try:
            month = None if options["month"] is None else date.fromisoformat(f"{options['month']}-01")
        except ValueError:
            self.stderr.write("月份格式 YYYY-MM / the month is YYYY-MM")
            sys.exit(2)
        try:
            reports = [actions.recount(cube, month) for cube in cubes.registered().values() if cube.recount]
        except KeyboardInterrupt:
            sys.exit(2)
        except DatabaseError as error:
            self.stderr.write(str(error))
            sys.exit(2)
        self._tell(reports, as_json=options["json"])
        sys.exit(0 if all(report.held for report in reports) else 1)

    def _tell(self, reports: list[RecountReport], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps([_plain(report) for report in reports], ensure_ascii=False))
            return
        for report in reports:
            with override("zh-hans"):
                state = "一致 / the same" if report.held else f"差异 / differences: {len(report.differences)}"
            months = f"{report.months[0]:%Y-%m} – {report.months[-1]:%Y-%m}" if report.months else "—"
            self.stdout.write(f"{report.cube}  {months}  由轨迹重算 / counted from the trail: {report.facts}  {state}")
            for found in report.differences[:SHOWN]:
                self.stdout.write(
                    f"  {found.measure}  {found.office}  {periods.words('month', found.month)}  {found.base}"
                    f"  {found.told} ≠ {found.recounted} ({found.against})  {' '.join(found.subjects)}"
                )


def _plain(report: RecountReport) -> dict[str, Any]:
    return {
        "cube": report.cube,
        "held": report.held,
        "months": [f"{month:%Y-%m}" for month in report.months],
        "facts": report.facts,
        "differences": [
            {**vars(found), "month": f"{found.month:%Y-%m}", "subjects": list(found.subjects)}
            for found in report.differences
        ],
    }
