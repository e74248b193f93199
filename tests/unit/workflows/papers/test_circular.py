"""The sentence of the circular that says who is first and who is last."""

from __future__ import annotations

import pytest

from audit.circulars.tables import Table, tables
from workflows.papers import circular


def captured(*cases: int) -> Table:
    """The capture rate of the city and of a station for each number: so many of ten cases."""
    of_each = {"city": 5, **{f"{at}所": n for at, n in enumerate(cases, 1)}}
    said = {"zh": "采集率", "en": "captured"}
    column = {"name": "c", "title": said, "shape": "rate", "formula": said, "better": "more", "ranked": True}
    rows = [{"office": code, "values": {"c": {"n": n, "d": 10}}} for code, n in of_each.items()]
    offices = [{"code": code, "short_name": code, "level": "city" if code == "city" else "station"} for code in of_each]
    section = {"name": "s", "title": said, "period": said, "columns": [column], "rows": rows}
    (table,) = tables({"month": "2026-10", "day_minutes": 420, "offices": offices, "sections": [section]}, None)
    return table


@pytest.mark.parametrize(
    ("cases", "said"),
    [
        ((9, 8, 7, 6, 1), "采集率较好的是1所（90.0%）、2所（80.0%）、3所（70.0%）；较差的是5所（10.0%）。"),
        ((1, 0, 1, 1, 0), "采集率较好的是1所（10.0%）、3所（10.0%）、4所（10.0%）；较差的是2所、5所（0.0%）。"),
        ((0, 1, 0, 0, 0), "采集率较好的是2所（10.0%）；较差的是并列的4个派出所（0.0%）。"),
        ((5, 5, 5, 5), "各派出所采集率持平。"),
        ((5, 4, 3), ""),
    ],
)
def test_no_station_is_named_both_first_and_last(cases: tuple[int, ...], said: str) -> None:
    assert circular.places(captured(*cases), 0) == said
