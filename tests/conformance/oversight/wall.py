"""What the addresses of the wall answer everybody; see `tests.conformance.test_every_address`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hukou.accounts.models import Duty, Officer
from hukou.console.oversight.wall.models import WallScreen
from hukou.kernel import clock
from workflows.cases.models import Case

STATUS: dict[str, str] = {
    "GET wall": "403 403 403 200 200 200 200 403 302",
    "POST wall": "405 405 405 405 405 405 405 405 405",
    "GET wall_figures": "403 403 403 200 200 200 200 403 403",
    "POST wall_figures": "405 405 405 405 405 405 405 405 405",
    "GET wall_screens": "403 403 403 200 200 200 200 403 302",
    "POST wall_screens": "405 405 405 405 405 405 405 405 302",
    "GET wall_hang": "405 405 405 405 405 405 405 405 302",
    "POST wall_hang": "404 404 404 422 422 422 403 404 302",
    "GET wall_take_down": "405 405 405 405 405 405 405 405 302",
    "POST wall_take_down": "404 404 404 422 422 422 404 404 302",
}
"""As `test_every_address.STATUS`."""
WHY_NOT: dict[str, str] = {
    "wall": "counts per office; of notices the sub-type, the station and the outcome, adoptions left out",
    "wall_figures": "as the wall",
    "wall_screens": "shows officers and screens, no citizen",
    "wall_hang": "does something; the act is on record",
    "wall_take_down": "does something; the act is on record",
}
"""As `test_every_look.WHY_NOT`."""


def values(case: Case) -> dict[str, dict[str, Any]]:
    """Route name → the values in its address: a screen that hangs at the case's station."""
    now = clock.now()
    leader = Officer.objects.filter(duties__office=case.station, duties__role=Duty.Role.STATION_LEADER)[0]
    screen = WallScreen.objects.create(
        office=case.station,
        name="大厅",
        token_sha256="0" * 64,
        hung_by=leader,
        hung_at=now,
        ends_at=now + timedelta(days=1),
    )
    return {"wall_take_down": {"pk": screen.pk}}
