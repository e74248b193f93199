"""The ranking of a circular as a chart: offices of one level, the best first, last month beside it."""

from __future__ import annotations

from audit.circulars.tables import Cell, Head, Row, Table
from hukou.console.oversight.circular_charts import rankings

HEAD = Head("on_time", "及时率", "…", "rate", ranked=True)


def row(code: str, level: str, rank: int | None, now: float | None, before: float | None = None) -> Row:
    return Row(code, f"所{code}", level, (Cell("", 1, 1, rank=rank, drawn=now, drawn_before=before),))


def table(*rows: Row) -> Table:
    return Table("capture", "采集", "按受理日期", (HEAD,), rows)


def test_stations_stand_in_their_order_beside_last_month() -> None:
    (drawn,) = rankings(
        table(
            row("0", "city", None, 90.0),
            row("1", "branch", 1, 90.0),
            row("2", "station", 2, 80.0, 85.0),
            row("3", "station", 1, 97.25),
            row("4", "station", None, None),
        ),
        "2026-10",
    )
    assert [line[0][:1] for line in drawn.rows] == ["1", "2"]
    assert [line[1:] for line in drawn.rows] == [("97.2%", "—"), ("80.0%", "85.0%")]
    assert (drawn.caption.unit, drawn.caption.period) == ("%", "2026-10, 按受理日期")


def test_one_office_is_no_ranking_and_many_stations_give_way_to_the_branches() -> None:
    assert rankings(table(row("2", "station", 1, 80.0)), "2026-10") == []
    stations = [row(str(n), "station", n, 50.0) for n in range(1, 42)]
    (drawn,) = rankings(table(*stations, row("a", "branch", 1, 9.0), row("b", "branch", 2, 8.0)), "2026-10")
    assert len(drawn.rows) == 2
