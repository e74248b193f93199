"""The trail outside the database: who witnesses it."""

from . import env

HUKOU_WITNESSES = env.text(
    "HUKOU_WITNESSES",
    "",
    "Witnesses of the trail, VKEY@URL each, separated by commas; see `python -m audit.witness --help`. Empty: none.",
)
HUKOU_UNUSUAL_MARGIN_MINUTES = env.number(
    "HUKOU_UNUSUAL_MARGIN_MINUTES",
    60,
    "Minutes before and after the office's day in which use is still usual; beyond them it is night.",
)
HUKOU_UNUSUAL_CASES_AN_HOUR = env.number(
    "HUKOU_UNUSUAL_CASES_AN_HOUR", 60, "Different cases one officer may look at within an hour before it is unusual."
)
HUKOU_UNUSUAL_PAGES_AN_HOUR = env.number(
    "HUKOU_UNUSUAL_PAGES_AN_HOUR", 1000, "Pages one officer may look at within an hour before it is unusual."
)
HUKOU_UNUSUAL_SEARCHES_A_DAY = env.number(
    "HUKOU_UNUSUAL_SEARCHES_A_DAY",
    5,
    "Searches by person in a day after which no case was opened, before it is unusual.",
)
HUKOU_UNUSUAL_REFUSALS_AN_HOUR = env.number(
    "HUKOU_UNUSUAL_REFUSALS_AN_HOUR", 10, "Refused requests of one officer within an hour before it is unusual."
)
