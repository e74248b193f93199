"""What the addresses of background jobs answer everybody; see `tests.conformance.test_every_address`."""

from __future__ import annotations

from typing import Any

from workflows.cases.models import Case

ACT = "does something; the act is on record"
STATUS: dict[str, str] = {
    "GET jobs": "403 403 403 403 403 200 200 200 302",
    "POST jobs": "405 405 405 405 405 405 405 405 302",
    "GET job_retry": "405 405 405 405 405 405 405 405 302",
    "POST job_retry": "403 403 403 403 403 404 403 404 302",  # there is no such job
    "GET job_retry_all": "405 405 405 405 405 405 405 405 302",
    "POST job_retry_all": "403 403 403 403 403 409 403 409 302",  # none of them failed
}
"""As `test_every_address.STATUS`."""
WHY_NOT: dict[str, str] = {
    "jobs": "shows tasks, numbers and case numbers, no citizen",
    "job_retry": ACT,
    "job_retry_all": ACT,
}
"""As `test_every_look.WHY_NOT`."""


def values(case: Case) -> dict[str, dict[str, Any]]:
    """Route name → the values in its address."""
    return {"job_retry": {"pk": 10**9}, "job_retry_all": {"task": "seals.new_day"}}
