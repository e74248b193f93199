"""Values separated by commas, as spreadsheets of the bureaus read them: UTF-8 with a mark at the beginning."""

from __future__ import annotations

import csv
import io

from .sheet import Sheet, Value


def as_csv(sheet: Sheet) -> bytes:
    """The table, then what it means."""
    out = io.StringIO(newline="")
    write = csv.writer(out, lineterminator="\r\n")
    write.writerow([sheet.title])
    write.writerows(sheet.about)
    write.writerow([])
    write.writerows([_plain(word) for word in line] for line in sheet.head)
    write.writerows([_plain(value) for value in row] for row in sheet.rows)
    write.writerow([])
    for found in sheet.definitions:
        write.writerow([found.label, found.formula, found.denominator, found.base, found.recount])
    write.writerows([note] for note in sheet.notes)
    return "\ufeff".encode() + out.getvalue().encode()


def _plain(value: Value) -> str:
    """Numbers without a thousands mark; words that a spreadsheet would read as a formula are kept words."""
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    words = value or ""
    return f"'{words}" if words[:1] in ("=", "+", "-", "@") else words
