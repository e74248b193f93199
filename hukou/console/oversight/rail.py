"""Which places of oversight make sense to whom; read by the rail of every page (`templates/oversight/rail.html`)."""

from __future__ import annotations

from audit.circulars.permissions import READERS
from audit.inspection import permissions as inspection
from audit.statistics import permissions as statistics
from hukou.accounts import policies
from hukou.accounts.models import Duty, Officer
from workflows.cases import rules as cases

from .wall.rules import VIEWERS


def places(officer: Officer, roles: set[str]) -> dict[str, bool]:
    """Template context: flag → whether the entry is shown."""
    return {
        "inspects": bool(roles & inspection.INSPECTORS),
        "reads_circulars": bool(roles & READERS),
        "sees_wall": bool(roles & VIEWERS),
        "reads_statistics": bool(roles & statistics.READERS),
        "sees_jobs": policies.allow(officer, "job.view"),
        "runs_system": Duty.Role.SYSTEM_ADMIN in roles,
        "sees_paper": bool(roles & cases.READERS),
    }
