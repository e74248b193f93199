"""Charts of a table: which kinds suit it, and the numbers each is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.statistics import asking, periods, writing
from audit.statistics.answers import PROTECTED, Answer, Member, quantile
from audit.statistics.cubes import Kind, Measure, Unit
from audit.statistics.exports import sheet as layout
from audit.statistics.questions import TIMES
from hukou.accounts.models import Officer

from .charts import Caption, Drawing, Series, bars, before_after, heat, lines, spread
from .charts.drawing import SERIES
from .charts.spread import Limit, Span

CHARTS = {
    "bars": gettext_lazy("Bars"),
    "lines": gettext_lazy("Line"),
    "heat": gettext_lazy("Heat map"),
    "spread": gettext_lazy("Distribution of times"),
    "before": gettext_lazy("Against the period before"),
}
EDGES = (60, 240, 480, 960, 1_440, 2_400, 4_800, 9_600)
"""Working minutes at which the columns of a distribution end; each is the end of a span the tallies keep."""
MOST_BARS, MOST_COLUMNS = 40, 54
"""Lines of a bar chart and columns of a heat map that still fit a page."""
NEEDS = {
    "spread": gettext_lazy(
        "This chart needs decided cases: choose what is counted, and a period in which cases were closed."
    ),
    "before": gettext_lazy("This chart compares the rows of a table: choose no columns, and rows that are no times."),
}
"""Kind of chart → what is said where it cannot be drawn."""


def charts(answer: Answer, kind: str, officer: Officer) -> list[Drawing]:
    """The charts asked for; without a word, the one that suits the table. [] for "none" and where nothing can be drawn."""
    if not any(cell.value for cells in answer.cells.values() for cell in cells):
        return []
    kind = kind or _suiting(answer)
    draw = {"bars": _bars, "lines": _lines, "heat": _heat}.get(kind)
    if draw is not None:
        return draw(answer)
    if kind == "spread":
        return _spread(answer, officer)
    return _before(answer, officer) if kind == "before" else []


def why_none(kind: str, drawn: list[Drawing]) -> str:
    """What to change so that the chart that was asked for can be drawn; "" where it was, or where there is nothing to draw."""
    return "" if drawn else str(NEEDS.get(kind, ""))


def _suiting(answer: Answer) -> str:
    question = answer.question
    if question.rows in TIMES:
        return "lines"
    return "heat" if question.columns in TIMES else "bars"


def _caption(answer: Answer, *measures: Measure, period: str = "") -> Caption:
    cube, measure = answer.question.cube, measures[0]
    since, until = answer.question.since, answer.question.until
    base = _(", ").join(dict.fromkeys(str(cube.base(each.base).label) for each in measures))
    figures = _(", ").join(str(each.label) for each in measures)
    return Caption(
        title=_("{figure} by {axis}").format(figure=figures, axis=layout.axis_label(answer)),
        unit=writing.unit_of(measure, cube.unit),
        source=layout.source_words(answer),
        period=period or f"{since} – {until}, {base}",
    )


def _together(answer: Answer) -> list[tuple[list[Measure], list[Series]]]:
    """Numbers to be drawn together: a figure over the columns, or all figures of one unit where there are none."""
    question = answer.question
    rows = [row for row in answer.rows if row.key != PROTECTED]
    if question.columns:
        columns = [column for column in answer.columns if column.key != PROTECTED][:SERIES]
        series = [Series(column.words, _values(answer, rows, column, 0)) for column in columns]
        return [([question.measures[0]], series)]
    groups: dict[Unit, list[int]] = {}
    for place, measure in enumerate(question.measures):
        groups.setdefault(measure.unit, []).append(place)
    return [
        (
            [question.measures[place] for place in places[:SERIES]],
            [
                Series(str(question.measures[place].label), _values(answer, rows, answer.columns[0], place))
                for place in places[:SERIES]
            ],
        )
        for places in groups.values()
    ]


def _values(answer: Answer, rows: Iterable[Member], column: Member, place: int) -> tuple[float | None, ...]:
    """The figures of a column in the unit they are written in."""
    measure = answer.question.measures[place]
    return tuple(writing.number_of(measure, answer.cell(row, column, place).value) for row in rows)


def _labels(answer: Answer) -> list[str]:
    return [row.words for row in answer.rows if row.key != PROTECTED]


def _bars(answer: Answer) -> list[Drawing]:
    labels = _labels(answer)[:MOST_BARS]
    return [
        _draw(bars, answer, measures, labels, [Series(each.name, each.values[:MOST_BARS]) for each in series])
        for measures, series in _together(answer)
    ]


def _lines(answer: Answer) -> list[Drawing]:
    return [_draw(lines, answer, measures, _labels(answer), series) for measures, series in _together(answer)]


def _draw(
    chart: Callable[..., Drawing], answer: Answer, measures: list[Measure], labels: list[str], series: list[Series]
) -> Drawing:
    return chart(
        _caption(answer, *measures),
        labels,
        series,
        words=writing.number_writer(measures[0]),
        first=layout.axis_label(answer),
        whole=measures[0].kind == Kind.COUNT,
    )


def _heat(answer: Answer) -> list[Drawing]:
    columns = [column for column in answer.columns if column.key != PROTECTED][-MOST_COLUMNS:]
    rows = [row for row in answer.rows if row.key != PROTECTED]
    measure = answer.question.measures[0]
    values = [[writing.number_of(measure, answer.cell(row, column, 0).value) for column in columns] for row in rows]
    return [
        heat(
            _caption(answer, measure),
            [row.words for row in rows],
            [column.words for column in columns],
            values,
            words=writing.number_writer(measure),
            first=layout.axis_label(answer),
            none=_("none"),
        )
    ]


def _spread(answer: Answer, officer: Officer) -> list[Drawing]:
    found = asking.spread_of(answer.question, officer)
    if found is None or not found.counts:
        return []
    cube = answer.question.cube
    assert cube.spread is not None
    base = str(cube.base(cube.spread.base).label)
    begins = cube.spread.begins if found.approximate else None
    limits = []
    for label, share in ((_("Median"), 0.5), (_("90th percentile"), 0.9)):
        at = quantile(found.counts, share, begins)
        if at is not None:
            limits.append(Limit(label, at, _hours(at)))
    caption = Caption(
        title=str(cube.spread.label),
        unit=str(cube.spread.unit),
        source=_("monthly tallies of the trail") if found.approximate else str(cube.spread.facts),
        period=f"{answer.question.since} – {answer.question.until}, {base}",
    )
    note = layout.approximation() if found.approximate else ""
    counted = str(cube.unit)
    spans = _spans(found.counts.items())
    return [
        spread(caption, spans, limits, words=_whole, first=_("Working time"), counted=counted, note=note),
    ]


def _whole(value: float) -> str:
    return f"{value:,.0f}"


def _spans(counts: Iterable[tuple[int, int]]) -> list[Span]:
    found = [0] * (len(EDGES) + 1)
    longest = EDGES[-1] + 1
    for minutes, count in counts:
        found[next((place for place, edge in enumerate(EDGES) if minutes <= edge), len(EDGES))] += count
        longest = max(longest, minutes)
    begins = (0, *EDGES)
    spans = [Span(f"≤ {_hours(edge)}", begins[place], edge, found[place]) for place, edge in enumerate(EDGES)]
    return [*spans, Span(f"> {_hours(EDGES[-1])}", EDGES[-1], longest, found[-1])]


def _hours(minutes: float) -> str:
    return _("{hours} h").format(hours=f"{minutes / 60:,.1f}".removesuffix(".0"))


def _points(value: float) -> str:
    return _("{points} points").format(points=f"{value:.1f}")


def _before(answer: Answer, officer: Officer) -> list[Drawing]:
    question = answer.question
    if question.rows in TIMES or question.columns:
        return []
    was = asking.ask(question.within(*periods.before(question.since, question.until)), officer)
    before = {row.key: row for row in was.rows}
    rows = [row for row in answer.rows if row.key != PROTECTED][:MOST_BARS]
    drawn = []
    for place, measure in enumerate(question.measures):
        names = [f"{asked.since} – {asked.until}" for asked in (was.question, question)]
        then = tuple(
            writing.number_of(measure, was.cell(before[row.key], was.columns[0], place).value)
            if row.key in before
            else None
            for row in rows
        )
        now = _values(answer, rows, answer.columns[0], place)
        drawn.append(
            before_after(
                _caption(answer, measure, period=f"{names[0]} / {names[1]}, {question.cube.base(measure.base).label}"),
                [row.words for row in rows],
                Series(names[0], then),
                Series(names[1], now),
                words=writing.number_writer(measure),
                first=layout.axis_label(answer),
                change=_("Change"),
                points=_points if measure.unit == Unit.PERCENT else None,
                whole=measure.kind == Kind.COUNT,
            )
        )
    return drawn
