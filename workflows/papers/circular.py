"""The monthly circular (通报) as it goes out: red head, a table for each content, formulas below, places, and how to check it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from audit.circulars import prints
from audit.circulars.months import Month
from audit.circulars.sections import Shape
from audit.circulars.tables import DOWN, SAME, UP, Cell, Table, tables

from .codes import qr
from .typesetting import city_minute, template

ARROWS = {UP: "↑", DOWN: "↓", SAME: "→", "": ""}
NUMERALS = "一二三四五六七八九十"
NAMED = 3
"""Offices named as the first and the last."""
OPENING = (
    "现将{year}年{month}月全市户政业务办理、电子档案采录、监督抽查情况通报如下。"
    "数据时点为{cut_off}。采录类指标按受理日期统计，审批类指标按办结日期统计，归档后补采按归档日期统计；各表下方列明公式、分子和分母。"
)


def render(data: Mapping[str, Any], before: Mapping[str, Any] | None, digest: str) -> bytes:
    """The circular as PDF/A. `digest`: of the frozen data; "" marks every page as a draft."""
    month, made_at = Month.parse(data["month"]), datetime.fromisoformat(data["cut_off"])
    found = tables(data, before)
    opening = OPENING.format(year=month.year, month=month.month, cut_off=city_minute(made_at))
    said = {
        "bureau": data["office"]["name"],
        "issue": f"〔{month.year}〕第{month.month}期",
        "month": f"{month.year}年{month.month}月",
        "version": data.get("version", 0),
        "reason": data.get("reason", ""),
        "draft": not digest,
        "issued_on": city_minute(made_at).split(" ")[0],
        "opening": opening,
        "compared": f"升降与 {before['month']} 通报（第 {before['version']} 版）比较。"
        if before
        else "无上月通报可比。",
        "summary": _summary(found),
        "sections": [_section(number, table) for number, table in enumerate(found)],
        "digest": digest,
        "qr": qr(f"{data['month']} v{data.get('version', 0)} sha256:{digest}") if digest else "",
        "day": f"1 个工作日按 {data['day_minutes'] // 60} 小时工作时间计算。",
    }
    return template("circular").pdf(said, made_at=made_at).pdf


def register() -> None:
    """Called once at start-up."""
    prints.register(prints.PrintKind("pdf", "application/pdf", render))


def _summary(found: list[Table]) -> list[dict[str, str]]:
    """The city's own figures of most weight, to be seen first."""
    wanted = {
        ("handling", "accepted"),
        ("handling", "median"),
        ("capture", "captured"),
        ("capture", "on_time"),
        ("against_rules", "against"),
        ("inspection", "found"),
    }
    lines = []
    for table in found:
        for head, cell in zip(table.heads, table.rows[0].cells, strict=True):
            if (table.name, head.name) in wanted:
                unit = "件" if head.shape == Shape.COUNT else "工作日" if head.shape == Shape.TIME else ""
                lines.append({"title": head.title, "text": cell.text, "unit": unit, **_changed(cell)})
    return lines


def _section(number: int, table: Table) -> dict[str, Any]:
    charted = next((at for at, head in enumerate(table.heads) if head.ranked and _has_places(table, at)), None)
    return {
        "title": f"{NUMERALS[number]}、{table.title}",
        "period": table.period,
        "heads": [head.title for head in table.heads],
        "rows": [
            {"name": row.name, "level": row.level, "cells": [_cell(cell) for cell in row.cells]} for row in table.rows
        ],
        "notes": [{"title": head.title, "formula": head.formula} for head in table.heads],
        "chart": _chart(table, charted) if charted is not None else None,
        "places": places(table, charted) if charted is not None else "",
    }


def _has_places(table: Table, column: int) -> bool:
    """One station alone is no ranking."""
    return sum(row.level == "station" and bool(row.cells[column].rank) for row in table.rows) > 1


def _cell(cell: Cell) -> dict[str, Any]:
    part = "" if cell.d is None else f"{cell.n}/{cell.d}"
    return {"text": cell.text, "part": part, "rank": cell.rank or 0, **_changed(cell)}


def _changed(cell: Cell) -> dict[str, str]:
    return {"change": f"{ARROWS[cell.way]}{cell.change.lstrip('+−-')}" if cell.way else "", "tone": cell.tone}


def _chart(table: Table, column: int) -> dict[str, Any]:
    """A bar for each station by the figure stations are put in order by."""
    head = table.heads[column]
    stations = [row for row in table.rows if row.level == "station"]
    sizes = {row.code: _size(row.cells[column], head.shape) for row in stations}
    most = 1000 if head.shape == Shape.RATE else max(sizes.values(), default=0) or 1
    stations.sort(key=lambda row: (row.cells[column].rank or len(stations) + 1, row.code))
    bars = [
        {"name": row.name, "share": min(100, round(100 * sizes[row.code] / most)), "text": row.cells[column].text}
        for row in stations
    ]
    return {"title": f"各派出所{head.title}", "bars": bars}


def _size(cell: Cell, shape: str) -> int:
    return cell.share or 0 if shape == Shape.RATE else cell.n or 0


def places(table: Table, column: int) -> str:
    """Who is first and who is last, in a sentence; nobody is both, and of many that are last only the number is told."""
    placed = sorted(
        (row for row in table.rows if row.level == "station" and row.cells[column].rank),
        key=lambda row: (row.cells[column].rank or 0, row.code),
    )
    if len(placed) <= NAMED:
        return ""
    title, worst = table.heads[column].title, placed[-1].cells[column]
    first = [row for row in placed if row.cells[column].rank != worst.rank][:NAMED]
    last = placed[sum(row.cells[column].rank != worst.rank for row in placed) :]
    if not first:
        return f"各派出所{title}持平。"
    names = "、".join(f"{row.name}（{row.cells[column].text}）" for row in first)
    behind = "、".join(row.name for row in last) if len(last) <= NAMED else f"并列的{len(last)}个派出所"
    return f"{title}较好的是{names}；较差的是{behind}（{worst.text}）。"
