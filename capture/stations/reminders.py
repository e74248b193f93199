"""Alert rules: a workstation nobody hears of, and a camera that is to be calibrated again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from audit.alerts import rules, terms
from audit.alerts.rules import Glance, Kind, Level, Rung
from hukou.calendar.queries import working_time

from . import hours, queries
from .models import Camera, Workstation

SILENT = "workstation.silent"
CALIBRATION_DUE = "camera.calibration_due"
OFFICE_AND_BRANCH = (Rung(1, 0, Level.OFFICE), Rung(2, 2, Level.BRANCH))
"""A machine is the station's own affair, unless nobody there sees to it."""

# Working hours are never fewer than hours.
_SILENT = """
exists (select from stations_workstation station left join stations_heartbeat heard on heard.workstation_id = station.id
        where station.revoked_at is null
          and coalesce(heard.seen_at, station.registered_at) <= {now} - make_interval(hours => {hours}))
"""
# As `queries.due_at` has it, of the newest calibration of each camera.
_CALIBRATION_DUE = """
exists (select from stations_calibration newest
        join stations_camera camera on camera.id = newest.camera_id and camera.purpose = 'document'
        join stations_workstation station on station.id = camera.workstation_id and station.revoked_at is null
        where (newest.at <= {now} - {holds}
               or camera.width > 0 and (camera.width, camera.height) <> (newest.width, newest.height))
          and not exists (select from stations_calibration later
                          where later.camera_id = newest.camera_id and (later.at, later.id) > (newest.at, newest.id)))
"""


def find_silent(now: datetime) -> Iterator[rules.Due]:
    """Workstations in use that were not heard of for the set number of working hours."""
    allowed = terms.of(SILENT).params["hours"]
    heard = Workstation.objects.in_use().annotate(heard_at=Coalesce("heartbeat__seen_at", "registered_at"))
    quiet = heard.filter(heard_at__lte=now - timedelta(hours=allowed)).values_list("pk", "office_id", "heard_at")
    calendar = working_time().calendar
    for workstation, office, heard_at in quiet.iterator(chunk_size=200):
        due_at = hours.after(heard_at, allowed, calendar)
        if due_at <= now:
            yield rules.Due(
                subject=f"stations.workstation:{workstation}",
                office_id=office,
                due_at=due_at,
                details={"workstation": workstation, "hours": allowed},
            )


def find_uncalibrated(now: datetime) -> Iterator[rules.Due]:
    """Document cameras in use whose calibration is too old, or was made with pictures of another size."""
    cameras = list(
        Camera.objects.filter(purpose=Camera.Purpose.DOCUMENT, workstation__revoked_at=None).select_related(
            "workstation"
        )
    )
    newest = queries.newest_calibrations(cameras)
    for camera in cameras:
        due_at = queries.due_at(camera, newest.get(camera.pk))
        if due_at is not None and due_at <= now:
            yield rules.Due(
                subject=f"stations.camera:{camera.pk}",
                office_id=camera.workstation.office_id,
                due_at=due_at,
                details={"workstation": camera.workstation_id, "camera": camera.pk},
            )


def register() -> None:
    """Called once at start-up."""
    rules.register(
        rules.AlertRule(
            SILENT,
            label=_("A workstation has not been heard of"),
            about=_("A registered workstation was not heard of for {hours} working hours."),
            kind=Kind.SYSTEM,
            severity=1,
            ladder=OFFICE_AND_BRANCH,
            params={"hours": settings.HUKOU_STATION_SILENT_HOURS},
            find=find_silent,
            glance=Glance(_SILENT),
        )
    )
    rules.register(
        rules.AlertRule(
            CALIBRATION_DUE,
            label=_("A document camera is to be calibrated again"),
            about=_("The calibration of a document camera is too old, or its pictures have another size now."),
            kind=Kind.SYSTEM,
            severity=1,
            ladder=OFFICE_AND_BRANCH,
            find=find_uncalibrated,
            glance=Glance(_CALIBRATION_DUE, lambda _now: {"holds": timedelta(days=settings.HUKOU_CALIBRATION_DAYS)}),
        )
    )
