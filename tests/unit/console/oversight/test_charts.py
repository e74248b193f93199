"""Charts: what is drawn is what the numbers say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hukou.console import assets
from hukou.console.oversight.charts import Caption, Drawing, Series, bars, before_after, heat, lines, spread
from hukou.console.oversight.charts.axis import scale
from hukou.console.oversight.charts.heat import shade
from hukou.console.oversight.charts.spread import Limit, Span
from workflows.figures import spans

CAPTION = Caption("title", "cases", "source", "period")


def words(value: float) -> str:
    return f"{value:g}"


def rects(drawing: Drawing, tone: str) -> list[tuple[float, ...]]:
    return [tuple(map(float, mark.at)) for mark in drawing.marks if mark.shape == "rect" and mark.tone == tone]


@settings(deadline=None)
@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=20), st.booleans())
def test_a_scale_begins_at_nothing_holds_every_value_and_has_few_steps(values: list[float], whole: bool) -> None:
    found = scale(values, begin=0, end=100, whole=whole)
    assert found.at(0) == 0
    assert found.most >= max(values) * (1 - 1e-9)
    assert 2 <= len(found.steps) <= 11
    assert not whole or all(step == int(step) for step in found.steps)


def test_bars_are_as_long_as_their_numbers() -> None:
    drawing = bars(CAPTION, ["a", "b"], [Series("n", (10, 5))], words=words, whole=True)
    (_x, _y, long, _h), (_x2, _y2, short, _h2) = rects(drawing, "fill-1")
    assert long == pytest.approx(2 * short, abs=0.2)
    assert drawing.rows == (("a", "10"), ("b", "5"))


def test_what_has_no_number_is_a_gap_and_not_a_nought() -> None:
    drawing = lines(CAPTION, ["a", "b", "c", "d"], [Series("n", (1, None, 3, 4))], words=words)
    assert [mark.at[0].count("L") for mark in drawing.marks if mark.shape == "path"] == [1]
    assert drawing.rows[1] == ("b", "—")


def test_before_and_after_say_the_change_and_the_later_one_is_the_strong_one() -> None:
    before, after = Series("x", (10, 10, None)), Series("y", (12, 5, 3))
    drawing = before_after(CAPTION, ["a", "b", "c"], before, after, words=words)
    assert [row[-1] for row in drawing.rows] == ["+20.0%", "−50.0%", "—"]
    assert [name for _tone, name in drawing.legend] == ["x", "y"]
    assert len(rects(drawing, "fill-1")) == 3
    assert [tone for tone, _name in drawing.legend] == ["fill-2", "fill-1"]


def test_of_a_share_the_change_is_said_in_points_and_not_in_percent_of_percent() -> None:
    before, after = Series("x", (50, 0, None)), Series("y", (40, 2, 1))
    drawing = before_after(CAPTION, ["a", "b", "c"], before, after, words=words, points=lambda by: f"{by:g} points")
    assert [row[-1] for row in drawing.rows] == ["−10 points", "+2 points", "—"]


def test_the_way_of_a_case_shares_no_class_with_charts() -> None:
    """It hides its drawing on a telephone and on the decision page; charts of statistics vanished with it."""
    own = (Path(assets.__file__).parent.parent / "static/hukou/documents.css").read_text(encoding="utf-8")
    assert not re.search(r"\.chart(-drawing)?\b(?!-)", own)


def test_a_heat_map_is_darkest_where_there_is_most_and_says_every_number() -> None:
    drawing = heat(CAPTION, ["a"], ["1", "2", "3"], [[0, 50, 100]], words=words)
    assert [shade(value, 100) for value in (None, 0, 0.1, 20, 20.1, 100)] == [0, 0, 1, 1, 2, 5]
    assert drawing.rows == (("a", "0", "50", "100"),)


def test_a_limit_lies_in_its_span_in_proportion() -> None:
    drawing = spread(CAPTION, [Span("x", 0, 10, 4), Span("y", 10, 20, 4)], [Limit("median", 15, "15")], words=words)
    left, right = rects(drawing, "fill-1")
    at = next(float(mark.at[0]) for mark in drawing.marks if mark.tone == "limit-1")
    assert right[0] < at < right[0] + right[2]
    assert at == pytest.approx(right[0] + right[2] / 2, abs=2)
    assert left[3] == right[3]


@settings(deadline=None)
@given(st.integers(0, 100_000))
def test_a_span_holds_its_minutes(minutes: int) -> None:
    end = spans.until(minutes)
    assert spans.begins(end) <= minutes <= end
    assert spans.until(end) == end
    assert minutes == 0 or spans.begins(end) < minutes
