"""The rooms of oversight in the tables that walk every address: one file per room."""

from __future__ import annotations

from typing import Any

from workflows.cases.models import Case

from . import alerts, circulars, inspections, jobs, paper, statistics, wall

ROOMS = (alerts, jobs, inspections, paper, statistics, circulars, wall)
STATUS = {line: due for room in ROOMS for line, due in room.STATUS.items()}
WHY_NOT = {name: reason for room in ROOMS for name, reason in room.WHY_NOT.items()}


def values(case: Case) -> dict[str, dict[str, Any]]:
    """Route name → the values in its address."""
    return {name: value for room in ROOMS for name, value in room.values(case).items()}
