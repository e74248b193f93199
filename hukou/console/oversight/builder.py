"""What the page of the table builder shows: the lists to choose from, the table with its links, what it means."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.statistics import actions, asking, cubes, periods, permissions, writing
from audit.statistics.answers import NOTHING, PROTECTED, TOTAL, Answer, Member
from audit.statistics.cubes import Kind, Measure
from audit.statistics.exports import sheet as layout
from audit.statistics.questions import TIMES, Question
from hukou.accounts.models import Office, Officer
from hukou.kernel import clock

from . import behind
from .drawing_figures import CHARTS


@dataclass(frozen=True)
class Figure:
    """One cell as it is shown."""

    words: str
    address: str
    """Of the cases it counts; "" where none can be listed."""
    title: str


def form(question: Question, officer: Officer, said: QueryDict) -> dict[str, Any]:
    """Context: everything there is to choose, and what is chosen."""
    cube = question.cube
    labels = periods.labels()
    axes = [(dimension.name, str(dimension.label)) for dimension in cube.dimensions]
    return {
        "cubes": [(name, str(each.label)) for name, each in cubes.registered().items()],
        "axes": axes,
        "times": [(name, labels[name]) for name in TIMES],
        "groups": [(str(base.label), [m for m in cube.measures if m.base == base.name]) for base in cube.bases],
        "chosen": {measure.name for measure in question.measures},
        "periods": [(name, str(words)) for name, words in periods.NAMED.items()],
        "offices": permissions.under(permissions.offices_of(officer)),
        "filters": [
            _filter(cube.dimension(name), question, officer)
            for name, _label in axes
            if name not in (cube.offices, "branch")
        ],
        "charts": [(name, str(words)) for name, words in CHARTS.items()],
        "chart": said.get("chart", ""),
        "address": question.address(),
        "open": "measure" not in said or said.get("open") == "1",
        "before": question.address(**_days(periods.before(question.since, question.until))),
        "after": question.address(**_days(_after(question))),
    }


def _filter(dimension: cubes.Dimension, question: Question, officer: Officer) -> dict[str, Any]:
    choices = dimension.choices(officer) if dimension.choices else {}
    chosen = set(question.filters.get(dimension.name, ()))
    return {
        "name": f"f.{dimension.name}",
        "label": str(dimension.label),
        "choices": [(str(key), words, str(key) in chosen) for key, words in choices.items()],
        "chosen": bool(chosen),
    }


def _days(period: tuple[date, date]) -> dict[str, str]:
    return {"since": period[0].isoformat(), "until": period[1].isoformat()}


def _after(question: Question) -> tuple[date, date]:
    """The period of the same length just after."""
    if question.whole_months:
        months = len(list(periods.months(question.since, question.until)))
        first = periods.later(question.since, months)
        return first, periods.end_of_month(periods.later(first, months - 1))
    first = question.until + timedelta(days=1)
    return first, first + (question.until - question.since)


def shown(answer: Answer, officer: Officer) -> dict[str, Any]:
    """Context: the table with a link behind every figure."""
    question = answer.question
    return {
        "answer": answer,
        "title": asking.title(question),
        "scope": scope_words(question, officer),
        "filter_words": filter_words(question),
        "first": layout.axis_label(answer),
        "columns": [layout.column_words(column) for column in answer.all_columns],
        "measures": [str(measure.label) for measure in question.measures],
        "bases": [str(question.cube.base(measure.base).label) for measure in question.measures],
        "lines": [_line(answer, row) for row in answer.all_rows],
        "definitions": layout.definitions(answer),
        "notes": layout.notes(answer),
        "source": layout.source_words(answer),
        "made": clock.now(),
    }


def _line(answer: Answer, row: Member) -> dict[str, Any]:
    figures = [
        _figure(answer, row, column, place, measure)
        for column in answer.all_columns
        for place, measure in enumerate(answer.question.measures)
    ]
    return {
        "words": layout.column_words(row),
        "figures": figures,
        "total": row.key == TOTAL,
        "quiet": row.key == PROTECTED,
    }


def _figure(answer: Answer, row: Member, column: Member, place: int, measure: Measure) -> Figure:
    cell = answer.cell(row, column, place)
    words = writing.written(measure, cell.value)
    linked = (
        behind.lists(answer.question.cube) is not None
        and row.linked
        and column.linked
        and bool(cell.value or (measure.kind != Kind.COUNT and cell.below))
    )
    title = "" if cell.below is None else _("of {count}").format(count=f"{cell.below:,}")
    return Figure(words, _behind(answer.question, measure, row.key, column.key) if linked else "", title)


def _behind(question: Question, measure: Measure, row: Hashable, column: Hashable) -> str:
    """The address of the cases behind a cell: its row and column are filters or a shorter period."""
    since, until = question.since, question.until
    filters = {name: list(words) for name, words in question.filters.items()}
    for axis, key in ((question.rows, row), (question.columns, column)):
        if key in (TOTAL, NOTHING):
            continue
        if axis in TIMES:
            assert isinstance(key, date)
            since, until = max(since, key), min(until, periods.ends(axis, key))
        else:
            filters[axis] = [_word(key)]
    said = [("cube", question.cube.name), ("rows", question.rows), ("measure", measure.name)]
    said += [("since", since.isoformat()), ("until", until.isoformat())]
    if question.office is not None:
        said.append(("office", str(question.office)))
    said += [(f"f.{name}", word) for name, words in filters.items() for word in words]
    return f"{reverse('statistics_cases')}?{urlencode([*said, ('from', question.address())])}"


def _word(key: Hashable) -> str:
    """A value of a dimension as it stands in an address."""
    if isinstance(key, bool):
        return "yes" if key else "no"
    return str(key) or "-"


def tables(officer: Officer) -> list[dict[str, Any]]:
    """The tables an officer keeps and those shared with them."""
    address = reverse("statistics")
    return [
        {"table": table, "mine": table.owner_id == officer.pk, "address": f"{address}?{table.address}"}
        for table in actions.tables_for(officer)
    ]


def scope_words(question: Question, officer: Officer) -> str:
    """Whose figures these are."""
    offices: list[Office] = permissions.offices_asked(officer, question.office)
    return _(", ").join(office.short_name for office in offices)


def filter_words(question: Question) -> str:
    """What the table is narrowed by, in words."""
    said = []
    for dimension, values in question.filtered():
        words = dimension.words(values)
        said.append(f"{dimension.label}: {_(', ').join(words.get(value, str(value)) for value in values)}")
    return " · ".join(said)
