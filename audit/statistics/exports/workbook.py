"""A workbook: the table with real numbers and a frozen head, and a second sheet that says what they mean."""

from __future__ import annotations

import io

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from .sheet import Sheet

NUMBERS = {"number": "#,##0", "percent": "0.0", "per_case": "#,##0.00", "working_time": "#,##0.0"}
BLUE, SOFT = "#17407A", "#E8EEF7"
WIDEST = 42
"""Characters; a wider first column would push the numbers off the paper."""


def as_workbook(sheet: Sheet) -> bytes:
    """The bytes of an .xlsx file. Rows are written one after the other and never kept."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(
        out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        _table(book, book.add_worksheet(_("Table")), sheet)
        _meaning(book, book.add_worksheet(_("What it means")), sheet)
    return out.getvalue()


def _table(book: Workbook, page: Worksheet, sheet: Sheet) -> None:
    bold = book.add_format({"bold": True})
    head = book.add_format({"bold": True, "bg_color": BLUE, "font_color": "#FFFFFF", "text_wrap": True, "border": 1})
    plain = {unit: book.add_format({"num_format": form}) for unit, form in NUMBERS.items()}
    total = {
        unit: book.add_format({"num_format": form, "bold": True, "bg_color": SOFT, "top": 1})
        for unit, form in NUMBERS.items()
    }
    first = book.add_format({"bold": True, "bg_color": SOFT, "top": 1})
    page.write_string(0, 0, sheet.title, book.add_format({"bold": True, "font_size": 14}))
    for line, (name, words) in enumerate(sheet.about, 1):
        page.write_string(line, 0, name, bold)
        page.write_string(line, 1, words)
    top = len(sheet.about) + 2
    page.set_column(0, 0, min(WIDEST, 4 + max((2 * len(str(row[0])) for row in sheet.rows), default=10)))
    page.set_column(1, max(1, len(sheet.units)), 14)
    for line, words_of_line in enumerate(sheet.head):
        for column, word in enumerate(words_of_line):
            page.write_string(top + line, column, word, head)
    top += len(sheet.head)
    for line, row in enumerate(sheet.rows):
        last = sheet.last_is_total and line == len(sheet.rows) - 1
        page.write_string(top + line, 0, str(row[0]), first if last else None)
        for column, (value, unit) in enumerate(zip(row[1:], sheet.units, strict=True), 1):
            _write(page, (top + line, column), value, (total if last else plain)[unit])
    page.freeze_panes(top, 1)
    page.repeat_rows(top - len(sheet.head), top - 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_footer("&L&A&R&P / &N")


def _write(page: Worksheet, at: tuple[int, int], value: object, form: Format) -> None:
    if isinstance(value, float):
        page.write_number(*at, value, form)
    else:
        page.write_blank(*at, None, form)


def _meaning(book: Workbook, page: Worksheet, sheet: Sheet) -> None:
    head = book.add_format({"bold": True, "bg_color": BLUE, "font_color": "#FFFFFF", "border": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    page.set_column(0, 0, 24)
    page.set_column(1, 4, 40)
    titles = (_("Figure"), _("Formula"), _("Denominator"), _("Belongs to a period"), _("Counted anew from"))
    for column, words in enumerate(titles):
        page.write_string(0, column, words, head)
    for line, found in enumerate(sheet.definitions, 1):
        for column, words in enumerate((found.label, found.formula, found.denominator, found.base, found.recount)):
            page.write_string(line, column, words, wrap)
    for line, (name, words) in enumerate(
        (*sheet.about, *(("", note) for note in sheet.notes)), len(sheet.definitions) + 2
    ):
        page.write_string(line, 0, name, wrap)
        page.write_string(line, 1, words, wrap)
    page.freeze_panes(1, 0)
