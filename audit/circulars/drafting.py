"""The figures of a month as they are now: what a version is frozen from.

The result is plain data without floats, so that it has canonical bytes: office codes and names, every section with
its columns, formulas in both languages, and for each office the numerator and the denominator of every figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils import translation

from hukou.accounts.models import Office
from hukou.calendar import queries as calendar
from hukou.kernel import clock

from . import sections
from .months import Month
from .sections import Section, Value, Words

FORMAT = "hukou-circular/1"
LANGUAGES = {"zh": "zh-hans", "en": "en"}
NOTHING = Value(0)
Data = dict[str, Any]


def draft(month: Month, office: Office) -> Data:
    """Everything a circular of the city bureau `office` says about a month, but for its version."""
    offices = offices_of(office)
    return {
        "format": FORMAT,
        "month": str(month),
        "office": {"code": office.code, "name": office.name},
        "cut_off": clock.now().isoformat(timespec="seconds"),
        "day_minutes": int(calendar.working_time().day.total_seconds()) // 60,
        "offices": [_office(one) for one in offices],
        "sections": [_section(section, month, offices) for section in sections.registered()],
    }


def offices_of(office: Office) -> list[Office]:
    """The city bureau, then each branch with its stations under it."""
    everyone = list(Office.objects.order_by("code"))
    branches = [one for one in everyone if one.parent_id == office.pk]
    found = [office]
    for branch in branches:
        found += [branch, *(one for one in everyone if one.parent_id == branch.pk)]
    return found


def figures(data: Data) -> list[Any]:
    """The part of the data that is figures: two drafts with the same say the same."""
    return [(section["name"], section["rows"]) for section in data["sections"]]


def _office(office: Office) -> dict[str, str]:
    parent = office.parent.code if office.parent_id and office.parent else ""
    return {
        "code": office.code,
        "name": office.name,
        "short_name": office.short_name,
        "level": office.level,
        "parent": parent,
    }


def _section(section: Section, month: Month, offices: Sequence[Office]) -> dict[str, Any]:
    found = section.compute(month, offices)
    rows = []
    for office in offices:
        values = found.get(office.pk, {})
        cells = {}
        for column in section.columns:
            value = values.get(column.name) or _nothing(column.shape)
            cells[column.name] = {"n": value.n} if value.d is None else {"n": value.n, "d": value.d}
        rows.append({"office": office.code, "values": cells})
    columns = [
        {
            "name": column.name,
            "title": both(column.title),
            "shape": column.shape.value,
            "formula": both(column.formula),
            "better": column.better.value,
            "ranked": column.ranked,
        }
        for column in section.columns
    ]
    title, period = both(section.title), both(section.period)
    return {"name": section.name, "title": title, "period": period, "columns": columns, "rows": rows}


def _nothing(shape: sections.Shape) -> Value:
    if shape == sections.Shape.TIME:
        return Value(None)
    return Value(0, 0) if shape in (sections.Shape.RATE, sections.Shape.MEAN) else NOTHING


def both(words: Words) -> dict[str, str]:
    """Words in both languages, as they are now: a frozen circular keeps its own."""
    said = {}
    for name, language in LANGUAGES.items():
        with translation.override(language):
            said[name] = str(words)
    return said


def one_moment() -> None:
    """From here to the end of the transaction every question sees one state of the database.

    Must be the first statement of its transaction; inside a larger one (a test) it asks for nothing.
    """
    if len(connection.savepoint_ids) == 0:
        with connection.cursor() as cursor:
            cursor.execute("set transaction isolation level repeatable read")
