"""A table laid out in rows of plain values, the same for every kind of file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from audit.statistics import asking, periods, writing
from audit.statistics.answers import TOTAL, Answer, Member
from audit.statistics.cubes import Measure

Value = str | float | None


@dataclass(frozen=True)
class Definition:
    """What a figure means."""

    label: str
    formula: str
    denominator: str
    base: str
    recount: str


@dataclass(frozen=True)
class Sheet:
    """What goes into a file."""

    title: str
    about: tuple[tuple[str, str], ...]
    """Period, offices, filters, source, when it was made and by whom."""
    head: tuple[tuple[str, ...], ...]
    """One line, or two where the table has columns: the columns, then the figures under each."""
    rows: tuple[tuple[Value, ...], ...]
    units: tuple[str, ...]
    """Of each column but the first: "number", "percent", "per_case" or "working_time"."""
    last_is_total: bool
    definitions: tuple[Definition, ...]
    notes: tuple[str, ...]


def sheet_of(answer: Answer, *, scope: str, filters: str, made_at: datetime, made_by: str) -> Sheet:
    """The table as it is on the screen, numbers as numbers: percent as a share of one hundred, times in hours."""
    question = answer.question
    columns = answer.all_columns
    figures = [str(measure.label) for measure in question.measures]
    first = axis_label(answer)
    if question.columns:
        over = [column_words(column) for column in columns for _figure in figures]
        head: tuple[tuple[str, ...], ...] = (("", *over), (first, *figures * len(columns)))
    else:
        head = ((first, *figures),)
    rows = tuple(
        (
            column_words(row),
            *(
                _number(answer, row, column, place, measure)
                for column in columns
                for place, measure in enumerate(question.measures)
            ),
        )
        for row in answer.all_rows
    )
    about = (
        (_("Period"), f"{question.since} – {question.until}"),
        (_("Offices"), scope),
        (_("Filters"), filters or _("none")),
        (_("Source"), source_words(answer)),
        (_("Made"), f"{made_at:%Y-%m-%d %H:%M} · {made_by}"),
    )
    return Sheet(
        title=asking.title(question),
        about=about,
        head=head,
        rows=rows,
        units=tuple(measure.unit.value for _column in columns for measure in question.measures),
        last_is_total=answer.total_row,
        definitions=definitions(answer),
        notes=notes(answer),
    )


def definitions(answer: Answer) -> tuple[Definition, ...]:
    """What every figure of the table means."""
    cube = answer.question.cube
    return tuple(
        Definition(
            str(measure.label),
            str(measure.formula),
            str(measure.denominator),
            str(cube.base(measure.base).label),
            str(measure.recount),
        )
        for measure in answer.question.measures
    )


def notes(answer: Answer) -> tuple[str, ...]:
    """What must be said under the table."""
    found = [answer.protected] if answer.protected else []
    return (*found, approximation()) if answer.approximate else tuple(found)


def approximation() -> str:
    """How exact a median told from spans is."""
    return _(
        "Medians and percentiles are told from spans of working time: exact to half an hour up to 8 hours, to an hour up to 24, "
        "to four hours up to 80, to eight beyond."
    )


def axis_label(answer: Answer) -> str:
    """What the rows are."""
    name = answer.question.rows
    return periods.labels().get(name) or str(answer.question.cube.dimension(name).label)


def column_words(member: Member) -> str:
    """The words of a row or column; of the totals too."""
    return _("Total") if member.key == TOTAL else member.words


def source_words(answer: Answer) -> str:
    """Where the numbers were read."""
    return {
        "months": _("monthly tallies of the trail"),
        "days": _("daily tallies of the trail"),
        "facts": _("the facts of each case, from the trail")
        if answer.question.cube.case
        else _("all {unit} one by one, as on record").format(unit=answer.question.cube.unit),
    }.get(answer.source, _("tallies and facts of the trail"))


def _number(answer: Answer, row: Member, column: Member, place: int, measure: Measure) -> Value:
    return writing.number_of(measure, answer.cell(row, column, place).value)
