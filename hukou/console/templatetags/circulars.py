"""What the tables of a circular need: a figure with its parts, its change, its place, and the way to its cases."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from audit.circulars.sections import by_name
from audit.circulars.tables import DOWN, SAME, UP, Cell, Head, Row, Table
from hukou.console.oversight import circular_charts
from hukou.console.oversight.charts import Drawing

register = template.Library()
ARROWS = {UP: "↑", DOWN: "↓", SAME: "→"}
TONES = {"good": "ok", "bad": "stop", "": "plain"}


@register.filter
def beside(row: Row, heads: Iterable[Head]) -> list[tuple[Head, Cell]]:
    """Each cell with the head of its column."""
    return list(zip(heads, row.cells, strict=True))


@register.filter
def rankings(table: Table, month: str) -> list[Drawing]:
    """The offices of the table in their order, as charts."""
    return circular_charts.rankings(table, month)


@register.simple_tag
def figure(cell: Cell, head: Head, row: Row, table: Table, *, month: str, drills: Collection[str]) -> SafeString:
    """The value, below it numerator/denominator, change since last month in words and arrow, place; a thin bar for a rate."""
    leads = row.code in drills and cell.text != "—" and _counts_cases(table)

    def linked(text: object, part: str) -> SafeString | object:
        if not leads:
            return text
        asked = {"section": table.name, "column": head.name, "part": part, "office": row.code}
        return format_html('<a href="{}?{}">{}</a>', reverse("circular_cases", args=[month]), urlencode(asked), text)

    value = format_html("<b>{}</b>", cell.text if cell.d is not None else linked(cell.text, "n"))
    parts = ""
    if cell.d is not None:
        parts = format_html('<span class="parts">{}/{}</span>', linked(cell.n, "n"), linked(cell.d, "d"))
    return format_html("{}{}{}{}{}", value, _rank(cell), parts, _changed(cell), _bar(cell) if head.ranked else "")


def _counts_cases(table: Table) -> bool:
    section = by_name(table.name)
    return section is not None and section.cases is not None


def _rank(cell: Cell) -> SafeString | str:
    if cell.rank is None:
        return ""
    return format_html('<span class="rank" title="{}">{}</span>', _("place among the offices of its level"), cell.rank)


def _changed(cell: Cell) -> SafeString | str:
    if not cell.way:
        return ""
    words = {UP: _("up from {before}"), DOWN: _("down from {before}"), SAME: _("as last month")}[cell.way]
    return format_html(
        '<span class="change tone-{}" title="{}">{}{}<span class="seen-by-readers"> {}</span></span>',
        TONES[cell.tone],
        words.format(before=cell.before),
        ARROWS[cell.way],
        cell.change.lstrip("+−-"),
        words.format(before=cell.before),
    )


def _bar(cell: Cell) -> SafeString | str:
    if cell.share is None:
        return ""
    return format_html(
        '<svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="ground" width="1000" height="10"/><rect class="much" width="{}" height="10"/></svg>',
        min(cell.share, 1000),
    )
