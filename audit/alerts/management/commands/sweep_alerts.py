"""`manage.py sweep_alerts`: raise every alert that is due, now or at a given moment."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import datetime
from typing import Any, NoReturn

from django.core.management.base import BaseCommand
from django.db import Error, connection
from django.utils.translation import gettext as _

from audit.alerts import actions, rules
from hukou.kernel import clock

COULD_NOT_RUN = 2


class Command(BaseCommand):
    """Exit status: 0 the sweep ran, 2 it could not run or a rule failed."""

    help = "Raise every alert that is due. Exit status: 0 the sweep ran, 2 it could not run or a rule failed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--now",
            metavar="ISO",
            help="sweep as if it were this moment, e.g. 2026-11-23T09:00 (city time unless an offset is given)",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")

    def handle(self, *args: Any, **options: Any) -> None:
        self.as_json = options["json"]
        try:
            moment = _moment(options["now"]) if options["now"] else None
        except ValueError:
            self.fail(
                _("--now %(text)s is not a date and time; write it like 2026-11-23T09:00 or 2026-11-23T09:00+08:00.")
                % {"text": options["now"]}
            )
        try:
            connection.ensure_connection()
            report = actions.sweep(now=moment)
        except Error as error:
            self.fail(_("The sweep could not run: %(error)s") % {"error": error})
        if self.as_json:
            self.stdout.write(json.dumps(asdict(report), ensure_ascii=False))
        else:
            self.stdout.write(_("Alerts raised: %(raised)d") % {"raised": report.raised})
            for name, raised in report.rules.items():
                self.stdout.write(f"  {raised:>6}  {rules.label_of(name)}  [{name}]")
        if report.failed:
            self.stderr.write(_("These rules failed; see the log: %(names)s") % {"names": ", ".join(report.failed)})
            sys.exit(COULD_NOT_RUN)

    def fail(self, message: str) -> NoReturn:
        """Say why it could not run, and exit with status 2."""
        if self.as_json:
            self.stdout.write(json.dumps({"error": message}, ensure_ascii=False))
        self.stderr.write(message)
        sys.exit(COULD_NOT_RUN)


def _moment(text: str) -> datetime:
    """An ISO 8601 moment; city time where no offset is given. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.CITY_TIME)
