"""Figures in words, beside last month's, in order; nothing of it by way of a binary fraction."""

from __future__ import annotations

from typing import Any

import pytest

from audit.circulars import tables
from audit.circulars.months import Month


def both(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def circular(
    shape: str, values: dict[str, dict[str, Any]], *, better: str = "more", ranked: bool = True
) -> dict[str, Any]:
    """A circular of one section with one column, over a city and its stations."""
    offices = [{"code": code, "short_name": code, "level": "city" if code == "city" else "station"} for code in values]
    column = {"name": "c", "title": both("c"), "shape": shape, "formula": both("f"), "better": better, "ranked": ranked}
    rows = [{"office": code, "values": {"c": value}} for code, value in values.items()]
    section = {"name": "s", "title": both("s"), "period": both("p"), "columns": [column], "rows": rows}
    return {"month": "2026-10", "day_minutes": 420, "offices": offices, "sections": [section]}


def cells(data: dict[str, Any], before: dict[str, Any] | None = None) -> dict[str, tables.Cell]:
    (table,) = tables.tables(data, before)
    return {row.code: row.cells[0] for row in table.rows}


@pytest.mark.parametrize(
    ("shape", "value", "said"),
    [
        ("count", {"n": 7}, "7"),
        ("rate", {"n": 1, "d": 3}, "33.3%"),
        ("rate", {"n": 2, "d": 3}, "66.7%"),
        ("rate", {"n": 1, "d": 2000}, "0.1%"),  # 0.05 is rounded up
        ("rate", {"n": 0, "d": 0}, "—"),
        ("mean", {"n": 5, "d": 2}, "2.5"),
        ("time", {"n": 210}, "0.5"),
        ("time", {"n": None}, "—"),
    ],
)
def test_a_figure_is_read_as_people_round(shape: str, value: dict[str, Any], said: str) -> None:
    assert tables.words(value, shape, 420) == said


def test_last_month_stands_beside_with_arrow_and_tone() -> None:
    now = circular(
        "rate", {"a": {"n": 9, "d": 10}, "b": {"n": 5, "d": 10}, "c": {"n": 1, "d": 2}, "d": {"n": 0, "d": 0}}
    )
    then = circular(
        "rate", {"a": {"n": 8, "d": 10}, "b": {"n": 6, "d": 10}, "c": {"n": 2, "d": 4}, "d": {"n": 1, "d": 1}}
    )
    found = cells(now, then)
    assert [(cell.change, cell.way, cell.tone) for cell in found.values()] == [
        ("+10.0", "up", "good"),
        ("−10.0", "down", "bad"),
        ("+0.0", "same", ""),
        ("", "", ""),
    ]
    assert found["a"].before == "80.0%"
    less = cells(circular("count", {"a": {"n": 9}}, better="less"), circular("count", {"a": {"n": 4}}, better="less"))
    assert (less["a"].change, less["a"].tone) == ("+5", "bad")


def test_what_rounds_to_nothing_has_not_moved() -> None:
    now, then = circular("rate", {"a": {"n": 5001, "d": 10000}}), circular("rate", {"a": {"n": 5000, "d": 10000}})
    assert (cells(now, then)["a"].way, cells(now, then)["a"].tone) == ("same", "")


def test_offices_are_ranked_among_their_level_and_equals_share_a_place() -> None:
    data = circular(
        "rate",
        {
            "city": {"n": 1, "d": 1},
            "a": {"n": 9, "d": 10},
            "b": {"n": 1, "d": 1},
            "c": {"n": 18, "d": 20},
            "d": {"n": 0, "d": 0},
        },
    )
    assert {code: cell.rank for code, cell in cells(data).items()} == {"city": None, "a": 2, "b": 1, "c": 2, "d": None}
    data["sections"][0]["columns"][0]["better"] = "less"
    assert cells(data)["b"].rank == 3


def test_two_versions_differ_in_what_reads_otherwise() -> None:
    first = circular("rate", {"a": {"n": 1, "d": 2}, "b": {"n": 1, "d": 2}})
    second = circular("rate", {"a": {"n": 2, "d": 4}, "b": {"n": 1, "d": 2}})
    (only,) = tables.differences(first, second)
    assert (only.office, only.before, only.after) == ("a", "50.0% (1/2)", "50.0% (2/4)")
    assert tables.differences(first, first) == []
    more = circular("rate", {"a": {"n": 1, "d": 2}, "b": {"n": 1, "d": 2}, "new": {"n": 1, "d": 1}})
    assert [(one.office, one.before) for one in tables.differences(first, more)] == [("new", "—")]


@pytest.mark.parametrize("text", ["2026", "2026-13", "2026-00", "26-10", "2026-1", "abcd-10", "２０２６-10", "1999-12"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="month"):
        Month.parse(text)


def test_a_month_knows_its_neighbours_and_its_days() -> None:
    month = Month.parse("2026-12")
    assert (str(month.next), str(month.before), month.last.isoformat()) == ("2027-01", "2026-11", "2026-12-31")
    assert month.begins.isoformat() == "2026-12-01T00:00:00+08:00"
