"""What the addresses of circulars answer everybody; see `tests.conformance.test_every_address`."""

from __future__ import annotations

from typing import Any

from audit.circulars import drafting
from audit.circulars.models import Circular, Statement
from audit.circulars.months import Month
from hukou.accounts.models import Duty, Officer
from hukou.kernel import canonical, clock
from workflows.cases.models import Case

READ = "403 200 200 200 200 200 200 403 302"
POSTED = "405 405 405 405 405 405 405 405 302"
STATUS: dict[str, str] = {
    "GET circulars": READ,
    "POST circulars": POSTED,
    "GET circular": READ,
    "POST circular": POSTED,
    "GET circular_version": READ,
    "POST circular_version": POSTED,
    "GET circular_draft": "403 403 403 403 403 200 200 403 302",
    "POST circular_draft": POSTED,
    "GET circular_freeze": POSTED,
    "POST circular_freeze": "403 403 403 403 403 422 403 403 302",
    "GET circular_compare": READ,
    "POST circular_compare": POSTED,
    "GET circular_cases": "403 404 404 404 404 404 404 403 302",
    "POST circular_cases": POSTED,
    "GET circular_file": READ,
    "POST circular_file": POSTED,
    "GET circular_read": POSTED,
    "POST circular_read": "403 302 302 302 302 403 403 403 302",
    "GET circular_state": POSTED,
    "POST circular_state": "403 403 403 422 422 403 403 403 302",
    "GET circular_answer": POSTED,
    "POST circular_answer": "403 403 403 403 403 422 403 403 302",
    "GET circular_seal": POSTED,
    "POST circular_seal": "403 403 403 403 403 404 403 403 302",  # nothing was printed of this one
}
"""As `test_every_address.STATUS`."""
OFFICES = "numbers of offices, and officers who took note or spoke"
ACT = "does something; the act is on record"
WHY_NOT: dict[str, str] = {
    **dict.fromkeys(("circulars", "circular", "circular_version", "circular_draft", "circular_compare"), OFFICES),
    "circular_file": OFFICES,
    "circular_cases": "case numbers and sub-types without a name, adoptions left out; a case puts its own look on record",
    **dict.fromkeys(("circular_freeze", "circular_read", "circular_state", "circular_answer", "circular_seal"), ACT),
}
"""As `test_every_look.WHY_NOT`."""


def values(case: Case) -> dict[str, dict[str, Any]]:
    """Route name → the values in its address: a month with two versions, and a statement on the second."""
    month, city = Month(2020, 1), case.station.at_level("city")
    by = Officer.objects.filter(duties__office=city, duties__role=Duty.Role.CITY_OFFICER)[0]
    for version in (1, 2):
        data = drafting.draft(month, city) | {"version": version, "reason": "", "compared_with": None, "corrects": None}
        text = canonical.encode(data)
        circular = Circular.objects.create(
            office=city,
            month=month.first,
            version=version,
            data=text.decode(),
            digest=canonical.sha256(text),
            reason="漏计" if version > 1 else "",
            frozen_at=clock.now(),
            frozen_by=by,
        )
    statement = Statement.objects.create(
        circular=circular, office=case.station, text="停电", made_by=by, made_at=clock.now()
    )
    of_month = {"month": str(month)}
    of_version = {**of_month, "version": 2}
    return {
        **dict.fromkeys(
            ("circular", "circular_draft", "circular_freeze", "circular_compare", "circular_cases"), of_month
        ),
        **dict.fromkeys(("circular_version", "circular_read", "circular_state", "circular_seal"), of_version),
        "circular_file": {**of_version, "kind": "json"},
        "circular_answer": {"pk": statement.pk},
    }
