"""Which places of oversight make sense to whom; read by the rail of every page (`templates/oversight/rail.html`)."""

from __future__ import annotations

from audit.circulars.permissions import READERS
from audit.inspection import permissions as inspection
from audit.statistics import permissions as statistics
from hukou.accounts.models import Duty, Officer
from workflows.cases import rules as cases

from .wall.rules import VIEWERS

R = Duty.Role
SEE_TEXTS = frozenset({R.STATION_LEADER, R.BRANCH_OFFICER, R.CITY_OFFICER, R.SYSTEM_ADMIN})
"""Who answers for the duty telephones; others reach them from their alerts."""


def places(officer: Officer, roles: set[str]) -> dict[str, bool]:
    """Template context: flag → whether the entry is shown."""
    return {
        "sees_texts": bool(roles & SEE_TEXTS),
        "inspects": bool(roles & inspection.INSPECTORS),
        "reads_circulars": bool(roles & READERS),
        "sees_wall": bool(roles & VIEWERS),
        "reads_statistics": bool(roles & statistics.READERS),
        "sees_paper": bool(roles & cases.READERS),
    }
