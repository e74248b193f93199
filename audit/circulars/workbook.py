"""A circular as an Excel workbook: a sheet for each section, numerators and denominators beside every rate, and the formulas.

The rates are formulas of the sheet over its own numerators and denominators, so that whoever opens it can reckon again.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from . import tables
from .sections import Shape

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Data = Mapping[str, Any]
LEVELS = {"city": "市局", "branch": "分局", "station": "派出所"}
FIRST = 4
"""The row (from 0) in which the offices begin."""
ARROWS = {tables.UP: "↑", tables.DOWN: "↓", tables.SAME: "→"}


def render(data: Data, before: Data | None, digest: str) -> bytes:
    """The workbook. `digest`: of the frozen data; "" for a draft. The same arguments give the same bytes."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    made = datetime.fromisoformat(data["cut_off"]).replace(tzinfo=None)
    title = f"{data['office']['name']}户政业务通报 {data['month']}"
    book.set_properties({"title": title, "created": made})
    styles = _styles(book)
    for table in tables.tables(data, before):
        _section(book, styles, table, data, before)
    _definitions(book, styles, data, digest)
    book.close()
    return out.getvalue()


def _styles(book: Any) -> dict[str, Any]:
    plain = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
    boxed = {**plain, "border": 1, "border_color": "#A9B3C0"}
    return {
        "title": book.add_format({**plain, "font_size": 14, "bold": True}),
        "note": book.add_format({**plain, "font_color": "#556070"}),
        "wrap": book.add_format({**plain, "text_wrap": True, "valign": "top"}),
        "bold": book.add_format({**plain, "bold": True, "valign": "top"}),
        "head": book.add_format({**boxed, "bold": True, "bg_color": "#E8EEF7", "align": "center", "text_wrap": True}),
        "name": book.add_format(boxed),
        "branch": book.add_format({**boxed, "bold": True, "bg_color": "#F6F8FA"}),
        "count": book.add_format({**boxed, "num_format": "0"}),
        "rate": book.add_format({**boxed, "num_format": "0.0%"}),
        "mean": book.add_format({**boxed, "num_format": "0.0"}),
        "time": book.add_format({**boxed, "num_format": "0.0"}),
        "text": book.add_format({**boxed, "align": "right"}),
    }


def _section(book: Any, styles: Mapping[str, Any], table: tables.Table, data: Data, before: Data | None) -> None:
    sheet = book.add_worksheet(table.title[:31])
    sheet.write(0, 0, f"{table.title}（{data['month']}）", styles["title"])
    against = f"与 {before['month']} 通报比较" if before else "无上月通报可比"
    sheet.write(1, 0, f"统计口径：{table.period}；{against}", styles["note"])
    sheet.merge_range(2, 0, 3, 0, "单位", styles["head"])
    sheet.merge_range(2, 1, 3, 1, "层级", styles["head"])
    column = 2
    for at, head in enumerate(table.heads):
        parts = _parts(head.shape, compared=before is not None, ranked=head.ranked)
        if len(parts) > 1:
            sheet.merge_range(2, column, 2, column + len(parts) - 1, head.title, styles["head"])
        else:
            sheet.write(2, column, head.title, styles["head"])
        for offset, part in enumerate(parts):
            sheet.write(3, column + offset, part, styles["head"])
        for line, row in enumerate(table.rows, FIRST):
            _figure(sheet, styles, (line, column), parts, row.cells[at], shape=head.shape, day=data["day_minutes"])
        column += len(parts)
    for line, row in enumerate(table.rows, FIRST):
        style = styles["name"] if row.level == "station" else styles["branch"]
        sheet.write(line, 0, row.name, style)
        sheet.write(line, 1, LEVELS[row.level], style)
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, column, 10)
    sheet.freeze_panes(FIRST, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2, 3)
    sheet.set_footer(f"&L{data['office']['name']} {data['month']}&R第 &P 页 / 共 &N 页")


def _parts(shape: str, *, compared: bool, ranked: bool) -> list[str]:
    parts = ["分子", "分母", "值"] if shape in (Shape.RATE, Shape.MEAN) else ["值"]
    return parts + (["上月", "升降"] if compared else []) + (["位次"] if ranked else [])


def _figure(
    sheet: Any,
    styles: Mapping[str, Any],
    place: tuple[int, int],
    parts: list[str],
    cell: tables.Cell,
    *,
    shape: str,
    day: int,
) -> None:
    for offset, part in enumerate(parts):
        at = (place[0], place[1] + offset)
        if part == "分子":
            sheet.write(*at, cell.n, styles["count"])
        elif part == "分母":
            sheet.write(*at, cell.d, styles["count"])
        elif part == "值":
            _value(sheet, styles, at, cell, shape=shape, day=day)
        elif part == "上月":
            sheet.write(*at, cell.before, styles["text"])
        elif part == "升降":
            sheet.write(*at, f"{ARROWS[cell.way]} {cell.change}" if cell.way else "", styles["text"])
        else:
            sheet.write(*at, "" if cell.rank is None else cell.rank, styles["count"])


def _value(
    sheet: Any, styles: Mapping[str, Any], at: tuple[int, int], cell: tables.Cell, *, shape: str, day: int
) -> None:
    if shape in (Shape.RATE, Shape.MEAN):
        top, under = xl_rowcol_to_cell(at[0], at[1] - 2), xl_rowcol_to_cell(at[0], at[1] - 1)
        known = cell.n / cell.d if cell.n is not None and cell.d else "—"
        sheet.write_formula(*at, f'=IF({under}=0,"—",{top}/{under})', styles[shape], known)
    elif cell.n is None:
        sheet.write(*at, "—", styles["text"])
    else:
        sheet.write(*at, cell.n / day if shape == Shape.TIME else cell.n, styles[shape])


def _definitions(book: Any, styles: Mapping[str, Any], data: Data, digest: str) -> None:
    sheet = book.add_worksheet("口径与公式")
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 22)
    sheet.set_column(2, 2, 96)
    lines = [
        ("月份", data["month"]),
        ("版次", f"第 {data['version']} 版" if digest else "草稿，未发布"),
        ("数据时点", data["cut_off"]),
        ("更正原因", data.get("reason", "")),
        ("数据摘要 SHA-256", digest or "—"),
        ("工作日", f"每个工作日 {data['day_minutes']} 分钟工作时间"),
        ("核验", "在系统“通报”页下载 JSON，其 SHA-256 应与上列摘要一致，并与轨迹事件 circular.frozen 中的摘要一致。"),
    ]
    sheet.write(0, 0, "统计口径与公式", styles["title"])
    for line, (label, words) in enumerate(lines, 2):
        sheet.write(line, 0, label, styles["bold"])
        sheet.write(line, 1, words, styles["note"])
    line = len(lines) + 3
    for at, label in enumerate(("内容", "指标", "公式")):
        sheet.write(line, at, label, styles["head"])
    for section in data["sections"]:
        for column in section["columns"]:
            line += 1
            sheet.write(line, 0, section["title"]["zh"], styles["wrap"])
            sheet.write(line, 1, column["title"]["zh"], styles["wrap"])
            sheet.write(line, 2, f"{column['formula']['zh']}（{section['period']['zh']}）", styles["wrap"])
