"""What the addresses of statistics answer everybody; see `tests.conformance.test_every_address`."""

from __future__ import annotations

from typing import Any

from audit.statistics.models import SavedTable
from hukou.kernel import clock
from workflows.cases.models import Case

STATUS: dict[str, str] = {
    "GET statistics": "403 200 200 200 200 200 200 403 302",
    "POST statistics": "405 405 405 405 405 405 405 405 302",
    "GET statistics_cases": "403 200 200 200 200 200 200 403 302",
    "POST statistics_cases": "405 405 405 405 405 405 405 405 302",
    "GET statistics_export": "403 200 200 200 200 200 200 403 302",
    "POST statistics_export": "405 405 405 405 405 405 405 405 302",
    "GET statistics_keep": "405 405 405 405 405 405 405 405 302",
    "POST statistics_keep": "403 422 422 422 422 422 422 403 302",
    "GET statistics_remove": "405 405 405 405 405 405 405 405 302",
    "POST statistics_remove": "404 302 404 404 404 404 404 404 302",  # a table one keeps for oneself
}
"""As `test_every_address.STATUS`."""
WHY_NOT: dict[str, str] = {
    "statistics": "shows numbers, never few enough to point at anybody",
    "statistics_export": "writes an event of its own, every time, before its answer goes out",
    "statistics_keep": "keeps the address of a table; the act is on record",
    "statistics_remove": "does something; the act is on record",
}
"""As `test_every_look.WHY_NOT`."""


def values(case: Case) -> dict[str, dict[str, Any]]:
    """Route name → the values in its address, about the approved case of the world."""
    table = SavedTable.objects.create(
        owner=case.accepted_by, name="受理", address="rows=station&measure=accepted", kept_at=clock.now()
    )
    return {"statistics_export": {"kind": "csv"}, "statistics_remove": {"pk": table.pk}}
