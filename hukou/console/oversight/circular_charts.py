"""The ranking of a circular as charts: offices of one level in their order, this month's figure beside the last."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.circulars.sections import Shape
from audit.circulars.tables import Head, Row, Table
from hukou.accounts.models import Office

from .charts import Caption, Drawing, Series, bars

MOST = 40
"""Offices that still fit a chart; in a city with more stations the branches are drawn."""
UNITS = {
    Shape.COUNT: gettext_lazy("number"),
    Shape.RATE: "%",
    Shape.MEAN: gettext_lazy("for each"),
    Shape.TIME: gettext_lazy("working days"),
}


def rankings(table: Table, month: str) -> list[Drawing]:
    """A chart for each column of the table by which offices are ranked; none where nobody has a place."""
    stations = [row for row in table.rows if row.level == Office.Level.STATION]
    branches = [row for row in table.rows if row.level == Office.Level.BRANCH]
    rows = stations if 1 < len(stations) <= MOST else branches[:MOST]
    drawn = [_ranking(table, month, head, place, rows) for place, head in enumerate(table.heads) if head.ranked]
    return [drawing for drawing in drawn if drawing is not None]


def _ranking(table: Table, month: str, head: Head, place: int, rows: list[Row]) -> Drawing | None:
    ranked = sorted(
        (row for row in rows if row.cells[place].rank is not None),
        key=lambda row: (row.cells[place].rank or 0, row.code),
    )
    if len(ranked) < 2:
        return None
    cells = [row.cells[place] for row in ranked]
    series = [Series(_("This month"), tuple(cell.drawn for cell in cells))]
    if any(cell.drawn_before is not None for cell in cells):
        series.append(Series(_("Last month"), tuple(cell.drawn_before for cell in cells)))
    return bars(
        Caption(
            title=_("{figure}: offices in their order").format(figure=head.title),
            unit=str(UNITS[Shape(head.shape)]),
            source=_("the figures of this circular"),
            period=f"{month}, {table.period}",
        ),
        [_("{rank}. {office}").format(rank=row.cells[place].rank, office=row.name) for row in ranked],
        series,
        words=_WORDS[Shape(head.shape)],
        first=_("Office"),
        whole=head.shape == Shape.COUNT,
    )


def _whole(value: float) -> str:
    return f"{value:,.0f}"


def _percent(value: float) -> str:
    return f"{value:.1f}%"


def _in_parts(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")


_WORDS = {Shape.COUNT: _whole, Shape.RATE: _percent, Shape.MEAN: _in_parts, Shape.TIME: _in_parts}
