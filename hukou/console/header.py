"""What every page's header and rail show; one small query set per page, nothing for strangers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from audit.alerts import listing as alerts
from audit.trail import permissions as trail
from capture.stations import rules as stations
from hukou.accounts import policies
from hukou.accounts.models import Duty, Officer
from hukou.calendar import rules as calendar
from hukou.kernel import clock
from workflows.approvals import deputies, waiting
from workflows.seals import rules as seals
from workflows.seals.models import SEALING

from .oversight import rail

DESK = {Duty.Role.DESK_OFFICER, Duty.Role.AUXILIARY}
DECIDERS = {Duty.Role.STATION_LEADER, Duty.Role.BRANCH_OFFICER, Duty.Role.CITY_OFFICER}


def header(request: HttpRequest) -> dict[str, Any]:
    """Template context: the officer's first duty as `home`, which rail entries make sense, and the two counts."""
    officer = getattr(request, "user", None)
    if not isinstance(officer, Officer):
        return {}
    duties = policies.duties_of(officer)
    roles = {duty.role for duty in duties}
    decides = bool(roles & DECIDERS) or deputies.in_force(officer)
    return {
        "home": duties[0] if duties else None,
        "shown_at": clock.now(),
        "works_at_desk": bool(roles & DESK),
        "decides": decides,
        "keeps_calendar": bool(roles & calendar.EDITORS),
        "seals_batches": policies.allow(officer, "batch.make"),
        "sees_seals": bool(roles & seals.VIEWERS),
        "seals_itself": bool(roles & set(SEALING)),
        "reads_trail": bool(roles & trail.READERS),
        "sees_stations": bool(roles & stations.VIEWERS),
        "alert_count": alerts.told_count(duties),
        "inbox_count": waiting.counts(officer).all if decides else 0,
        **rail.places(officer, roles),
    }
