"""What the addresses of alerts answer everybody; see `tests.conformance.test_every_address`."""

from __future__ import annotations

from typing import Any

from workflows.cases.models import Case

ACT = "does something; the act is on record"
STATUS: dict[str, str] = {
    "GET alerts": "200 200 200 200 200 200 200 200 302",
    "POST alerts": "405 405 405 405 405 405 405 405 302",
    "GET alert_close": "405 405 405 405 405 405 405 405 302",
    "GET text_receipts": "405 405 405 405 405 405 405 405 405",
    "POST text_receipts": "404 404 404 404 404 404 404 404 404",  # there is no gateway
}
"""As `test_every_address.STATUS`."""
WHY_NOT: dict[str, str] = {
    "alert_close": ACT,
    "text_receipts": "the gateway tells, and is answered that it did",
}
"""As `test_every_look.WHY_NOT`."""


def values(case: Case) -> dict[str, dict[str, Any]]:
    """Route name → the values in its address, about the approved case of the world."""
    return {}
