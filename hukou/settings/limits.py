"""Limits a bureau may set for itself."""

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
