"""`manage.py inspect_due`: what inspections are due, overdue or done, per office and period."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any, NoReturn

from django.core.management.base import BaseCommand
from django.db import Error, connection
from django.utils.translation import gettext as _

from audit.inspection import duties, queries, sampling
from audit.inspection.models import InspectionDuty
from hukou.kernel import clock

SOMETHING_OVERDUE, COULD_NOT_RUN = 1, 2
WORDS = {"due": _("due"), "drawn": _("under way"), "late": _("OVERDUE"), "done": _("done"), "done_late": _("done late")}


class Command(BaseCommand):
    help = (
        "Make the inspection duties that are missing, draw their samples, and list what is due, overdue and done. "
        "Exit status: 0 nothing overdue, 1 something is overdue, 2 could not run."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which, and in what form."""
        parser.add_argument("--office", metavar="CODE", help="only the office with this unit code")
        parser.add_argument("--open", action="store_true", help="only what is not done")
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compute, then list."""
        self.as_json = options["json"]
        try:
            connection.ensure_connection()
            made = duties.compute()
            sampling.draw_waiting()
            found = queries.by_period()
            progress = queries.progress(found)
        except Error as error:
            self.fail(_("The duties could not be computed: %(error)s") % {"error": error})
        if options["office"]:
            found = [duty for duty in found if duty.office.code == options["office"]]
        overdue = [duty for duty in found if duty.state == "late"]
        shown = [duty for duty in found if duty.concluded_at is None] if options["open"] else found
        rows = [self.row(duty, progress[duty.pk]) for duty in shown]
        if self.as_json:
            report = {"made": len(made), "overdue": len(overdue), "duties": rows}
            self.stdout.write(json.dumps(report, ensure_ascii=False))
        else:
            for row in rows:
                self.stdout.write(
                    f"{row['period']:<9} {WORDS[row['state']]:<10} {row['reviewed']:>4}/{row['drawn']:<4}"
                    f" {row['due_at'][:16]}  {row['office_code']}  {row['office']}"
                )
            self.stdout.write(_("Overdue: %(count)d") % {"count": len(overdue)})
        if overdue:
            sys.exit(SOMETHING_OVERDUE)

    def row(self, duty: InspectionDuty, progress: dict[str, int]) -> dict[str, Any]:
        """One duty, for people and for programs."""
        return {
            "office": duty.office.short_name,
            "office_code": duty.office.code,
            "period": duty.period,
            "state": "done_late" if duty.done_late else duty.state,
            "due_at": duty.due_at.astimezone(clock.CITY_TIME).isoformat(),
            "drawn": progress["drawn"],
            "reviewed": progress["reviewed"],
            "findings": progress["findings"],
            "orders_under_way": progress["orders"],
            "concluded_at": duty.concluded_at.astimezone(clock.CITY_TIME).isoformat() if duty.concluded_at else None,
        }

    def fail(self, message: str) -> NoReturn:
        """Say why it could not run, and exit with status 2."""
        if self.as_json:
            self.stdout.write(json.dumps({"error": message}, ensure_ascii=False))
        self.stderr.write(message)
        sys.exit(COULD_NOT_RUN)
