"""Workstations and their cameras: after which time somebody is told."""

from . import env

HUKOU_STATION_SILENT_HOURS = env.number(
    "HUKOU_STATION_SILENT_HOURS",
    16,
    "Working hours (9 to 17 o'clock, Monday to Friday) a workstation may not be heard of before an alert is raised.",
)
HUKOU_CALIBRATION_DAYS = env.number(
    "HUKOU_CALIBRATION_DAYS", 180, "Days after which a camera is to be calibrated again."
)
