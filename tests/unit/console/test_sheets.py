"""Lists for a spreadsheet: what is written is what is read, and no cell is taken for a formula."""

from __future__ import annotations

import csv
import io
import zipfile
from xml.etree import ElementTree

from hukou.console.reading import sheets

ROWS = [["时间", "编号"], ["=1+1", "42990101000020261122110200001"], ['a,"b"\n<c> & d', "\x01x"]]
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def test_a_csv_begins_with_the_mark_excel_knows_utf8_by_and_tames_formulas() -> None:
    data = sheets.written_csv(ROWS)
    assert data.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert read == [ROWS[0], ["'=1+1", ROWS[1][1]], ROWS[2]]


def test_a_workbook_holds_every_cell_as_text() -> None:
    with zipfile.ZipFile(io.BytesIO(sheets.written_xlsx(ROWS, title="轨迹"))) as book:
        assert book.testzip() is None
        for name in book.namelist():
            ElementTree.fromstring(book.read(name))
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        assert '<sheet name="轨迹"' in book.read("xl/workbook.xml").decode()
    cells = [[cell.findtext(f"{MAIN}is/{MAIN}t") for cell in row] for row in sheet.iter(f"{MAIN}row")]
    assert cells == [ROWS[0], ROWS[1], ['a,"b" <c> & d', "x"]]
    assert {cell.get("t") for cell in sheet.iter(f"{MAIN}c")} == {"inlineStr"}
