"""How figures are counted."""

from . import env

HUKOU_STATISTICS_SMALLEST = env.number(
    "HUKOU_STATISTICS_SMALLEST",
    5,
    "Adoption-secret cases are counted in statistics only together, and only where there are at least so many in a branch "
    "and month (else with the other branches).",
)
