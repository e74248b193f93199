"""`manage.py circular --month YYYY-MM`: the circular of a month, as it was issued or as it would be now; and issue it."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand
from django.db import Error, connection
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from audit.circulars import actions, drafting, prints, queries, tables, verification
from audit.circulars.models import Circular
from audit.circulars.months import Month
from hukou.accounts.models import Office, Officer
from hukou.kernel.errors import DomainError

WRONG, COULD_NOT_RUN = 1, 2


class Command(BaseCommand):
    """Exit status: 0 printed, and what was issued holds; 1 what was issued does not hold, or issuing was refused; 2 could
    not run.
    """

    help = (
        "Print the circular of a month: the version in force, checked against its digest and the trail, or a draft of the "
        "figures of now. Exit status: 0 printed, 1 what was issued does not hold or issuing was refused, 2 could not run."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--month", required=True, metavar="YYYY-MM", help="which month")
        parser.add_argument("--version-number", type=int, metavar="N", help="another version than the one in force")
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")
        parser.add_argument("--out", type=Path, metavar="FOLDER", help="write the prints and the frozen JSON there")
        parser.add_argument(
            "--freeze", action="store_true", help="issue it first (with --by), or correct it (--reason)"
        )
        parser.add_argument("--by", metavar="NUMBER", help="police number of the city's officer who issues it")
        parser.add_argument("--reason", default="", help="why it is corrected")

    def handle(self, *args: Any, **options: Any) -> None:
        self.as_json = options["json"]
        try:
            month = Month.parse(options["month"])
        except ValueError:
            self.fail(_("--month %(text)s is no month; write it like 2026-11.") % {"text": options["month"]})
        try:
            connection.ensure_connection()
            office = queries.city()
            if office is None:
                self.fail(_("There is no city bureau."))
            if options["freeze"]:
                self.freeze(office, month, options["by"], options["reason"])
            number = options["version_number"]
            found = queries.version(office, month, number) if number else queries.newest(office, month)
            if number and found is None:
                self.fail(_("There is no version %(number)d of this month.") % {"number": number})
            self.show(office, month, found, options["out"])
        except Error as error:
            self.fail(_("It could not be read: %(error)s") % {"error": error})

    def freeze(self, office: Office, month: Month, number: str | None, reason: str) -> None:
        """Issue or correct it in the name of an officer. Exits with status 1 when that is refused."""
        by = Officer.objects.filter(number=number or "", is_active=True).first()
        if by is None:
            self.fail(_("--freeze needs --by with the police number of an officer."))
        try:
            actions.freeze(office_id=office.pk, month=month, by=by, reason=reason)
        except DomainError as error:
            self.fail(f"{error.text} {error.advice}", WRONG, code=error.code)

    def show(self, office: Office, month: Month, circular: Circular | None, folder: Path | None) -> None:
        """Print what was issued, or a draft marked as one. Exits with status 1 when what was issued does not hold."""
        if circular is None:
            before = queries.newest(office, month.before)
            data, report = drafting.draft(month, office), None
        else:
            before = queries.compared_with(circular)
            data, report = circular.said, verification.check(circular)
        if folder is not None:
            _write(folder, month, circular, data, before.said if before else None)
        if self.as_json:
            self.stdout.write(json.dumps(_as_json(circular, data, report), ensure_ascii=False))
        else:
            self._print(circular, data, before.said if before else None, report)
        if report is not None and not report.holds:
            sys.exit(WRONG)

    def _print(
        self,
        circular: Circular | None,
        data: drafting.Data,
        before: drafting.Data | None,
        report: verification.CircularReport | None,
    ) -> None:
        language = "zh" if (get_language() or "zh").startswith("zh") else "en"
        self.stdout.write(f"{data['office']['name']}  {data['month']}")
        if circular is None or report is None:
            self.stdout.write(_("DRAFT: not issued; the figures of now."))
        else:
            self.stdout.write(
                _("Version %(version)d, frozen %(at)s") % {"version": circular.version, "at": data["cut_off"]}
            )
            self.stdout.write(f"SHA-256 {circular.digest}  {_('holds') if report.holds else _('DOES NOT HOLD')}")
        for table in tables.tables(data, before, language=language):
            self.stdout.write(f"\n{table.title}  ({table.period})")
            for row in table.rows:
                figures = "  ".join(
                    f"{head.title} {cell.text}" + (f" ({cell.n}/{cell.d})" if cell.d is not None else "")
                    for head, cell in zip(table.heads, row.cells, strict=True)
                )
                self.stdout.write(f"  {row.name}: {figures}")
            for head in table.heads:
                self.stdout.write(f"    {head.title} = {head.formula}")

    def fail(self, message: str, status: int = COULD_NOT_RUN, **more: str) -> NoReturn:
        """Say why, and exit."""
        if self.as_json:
            self.stdout.write(json.dumps({"error": message, **more}, ensure_ascii=False))
        self.stderr.write(message)
        sys.exit(status)


def _as_json(
    circular: Circular | None, data: drafting.Data, report: verification.CircularReport | None
) -> dict[str, Any]:
    if circular is None or report is None:
        return {"state": "draft", "month": data["month"], "data": data}
    return {
        "state": "frozen",
        "month": data["month"],
        "version": circular.version,
        "digest": circular.digest,
        "holds": report.holds,
        "event": report.event_id,
        "leaf": report.leaf_index,
        "data": data,
    }


def _write(
    folder: Path, month: Month, circular: Circular | None, data: drafting.Data, before: drafting.Data | None
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if circular is None:
        for kind in prints.kinds().values():
            (folder / f"{month}-draft.{kind.name}").write_bytes(kind.render(data, before, ""))
        return
    (folder / f"{month}-v{circular.version}.json").write_text(circular.data, encoding="utf-8")
    for one in circular.prints.all():
        (folder / f"{month}-v{circular.version}.{one.kind}").write_bytes(bytes(one.content))
