"""Facts of cases nobody handled: rows to be counted, with just enough of a case under each that the database accepts it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from capture.sessions.models import CaptureSession
from hukou.accounts.models import Office, Officer
from hukou.catalogue.models import SubType
from hukou.kernel import clock, numbers
from hukou.registry.models import Person
from workflows.cases import searching
from workflows.cases.models import Case
from workflows.figures import counting
from workflows.figures.models import CaseFact

_sequence = count(1)


def noon(day: date) -> datetime:
    """A moment of the day, in the city."""
    return datetime.combine(day, time(12), clock.CITY_TIME)


def fact(
    station: Office,
    clerk: Officer,
    *,
    accepted_on: date,
    subtype: str = "1102",
    days: int | None = None,
    outcome: str = "approved",
    **more: Any,
) -> CaseFact:
    """A fact, unsaved, over a bare case; `days`: closed so many days after acceptance. `more` overrides what it says."""
    row = SubType.objects.select_related("catalogue").get(code=subtype, catalogue__is_current=True)
    number = next(_sequence)
    case = Case.objects.create(
        number=f"{numbers.MEASURING}00000000{accepted_on:%Y%m%d}{subtype}{number:05d}",
        station=station,
        subtype=row,
        status=Case.Status.ACCEPTED,
        applicant=Person.objects.first() or Person.objects.create(name="某人"),
        session=CaptureSession.objects.create(office=station, opened_by=clerk, opened_at=noon(accepted_on)),
        opened_by=clerk,
        opened_at=noon(accepted_on),
        accepted_by=clerk,
        accepted_at=noon(accepted_on),
    )
    spec = row.spec
    values: dict[str, Any] = {
        "station": station,
        "branch": station.parent,
        "category": spec.category,
        "subtype": spec.code,
        "key_business": spec.key_business,
        "secret": searching.is_secret(row),
        "on_the_spot": spec.on_the_spot,
        "chain_length": len(spec.chain),
        "deciding_level": spec.decision_level,
        "accepted_on": accepted_on,
        "accepted_at": noon(accepted_on),
        "complete_at": noon(accepted_on),
        "first_page_at": noon(accepted_on),
        "capture_due_at": noon(accepted_on) + timedelta(days=1),
        "fell_due": True,
        "pages": 3,
    }
    if days is not None:
        closed = accepted_on + timedelta(days=days)
        values |= {"closed_on": closed, "closed_at": noon(closed), "outcome": outcome}
        if outcome in ("approved", "refused"):
            values["turnaround"] = 30 + days * 420
    return CaseFact(case=case, **(values | more))


def counted(facts: Iterable[CaseFact]) -> list[CaseFact]:
    """Saved, and in the tallies."""
    saved = CaseFact.objects.bulk_create(facts)
    counting.add(CaseFact.objects.filter(pk__in=[each.pk for each in saved]))
    return saved
