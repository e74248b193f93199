"""An October and what its circular says, for tests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from audit.circulars import actions, tables
from audit.circulars.models import Circular
from audit.circulars.months import Month
from hukou.accounts.models import Office, Officer
from hukou.kernel import clock
from workflows.cases.models import Case
from workflows.figures.models import CaseFact

OCTOBER = Month(2026, 10)
NOVEMBER = datetime(2026, 11, 3, 10, tzinfo=clock.CITY_TIME)
DUE = datetime(2026, 10, 13, 9, tzinfo=clock.CITY_TIME)


def fact(case: Case, *, closed: tuple[str, int] | None = None, **more: Any) -> CaseFact:
    """What is counted about a case accepted on 12 October."""
    at = datetime(2026, 10, 12, 9, tzinfo=clock.CITY_TIME)
    values: dict[str, Any] = {
        "station": case.station,
        "branch": case.station.parent,
        "category": "01",
        "subtype": "0101",
        "key_business": False,
        "secret": False,
        "on_the_spot": False,
        "chain_length": 1,
        "deciding_level": "station",
        "accepted_at": at,
        "accepted_on": at.date(),
        "fell_due": True,
        "capture_due_at": at,
        "first_page_at": at,
        "pages": 4,
    }
    if closed:
        values |= {"closed_at": at, "closed_on": at.date(), "outcome": closed[0], "turnaround": closed[1]}
        values |= {"filed_at": at, "filed_on": at.date()}
    return CaseFact.objects.create(case=case, **values | more)


def said(data: dict[str, Any], office: Office) -> dict[str, str]:
    """ "section.column" → what the circular says about an office."""
    found = {}
    for table in tables.tables(data):
        (row,) = (row for row in table.rows if row.code == office.code)
        for head, cell in zip(table.heads, row.cells, strict=True):
            found[f"{table.name}.{head.name}"] = cell.text + (f" {cell.n}/{cell.d}" if cell.d is not None else "")
    return found


def frozen(city: Office, by: Officer, reason: str = "") -> Circular:
    with clock.frozen(NOVEMBER):
        return actions.freeze(office_id=city.pk, month=OCTOBER, by=by, reason=reason)
