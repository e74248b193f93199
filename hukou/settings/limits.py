"""Limits a bureau may set for itself."""

from hukou.kernel.working_time import OfficeHours

from . import env

HUKOU_LONGEST_DEFERRAL_HOURS = env.number(
    "HUKOU_LONGEST_DEFERRAL_HOURS",
    72,
    "Most hours capture may be deferred (延迟采录) after acceptance; a sub-type with fewer keeps its own.",
)
HUKOU_LATE_CAPTURE_DAYS = env.number(
    "HUKOU_LATE_CAPTURE_DAYS",
    3,
    "Working days after which a late capture (补充采录) that is neither concluded nor abandoned raises an alert.",
)
HUKOU_VOLUME_PAGES = env.number(
    "HUKOU_VOLUME_PAGES",
    200,
    "Pages of paper a volume should not exceed; above them the screen advises to bind it and to open the next.",
)
HUKOU_BATCH_MINUTES = env.number(
    "HUKOU_BATCH_MINUTES",
    15,
    "Minutes one PIN keeps an officer's key open to seal a batch of papers they have looked at. 0: no batches.",
)
HUKOU_PIN_TRIES = env.number(
    "HUKOU_PIN_TRIES", 5, "Wrong PINs one after the other after which an officer's seal locks itself."
)
HUKOU_SEAL_MINUTES = env.number(
    "HUKOU_SEAL_MINUTES", 15, "Working minutes after which a seal that was signed and is not on yet raises an alert."
)
HUKOU_WALL_DAYS = env.number(
    "HUKOU_WALL_DAYS",
    90,
    "Days a screen of the command room (大屏) may show its wall before somebody hangs it up again.",
)
HUKOU_DAYS_BEFORE = env.number(
    "HUKOU_DAYS_BEFORE",
    7,
    "Days an approval took on average before this system was there; the wall measures today against it.",
)
HUKOU_OFFICE_HOURS = env.text(
    "HUKOU_OFFICE_HOURS",
    "09:00-12:00,13:30-17:30",
    "When offices are open on a working day, city time; the time limits of cases are counted in these hours.",
)
try:
    OfficeHours.parse(HUKOU_OFFICE_HOURS)
except ValueError as fault:
    raise env.BadSetting(f"HUKOU_OFFICE_HOURS={HUKOU_OFFICE_HOURS!r}: {fault}") from fault
