"""What the addresses of circulars answer everybody; see `tests.conformance.test_every_address`."""

from __future__ import annotations

from typing import Any

from workflows.cases.models import Case

STATUS: dict[str, str] = {}
"""As `test_every_address.STATUS`."""
WHY_NOT: dict[str, str] = {}
"""As `test_every_look.WHY_NOT`."""


def values(case: Case) -> dict[str, dict[str, Any]]:
    """Route name → the values in its address, about the approved case of the world."""
    return {}
