"""The trail outside the database: who witnesses it."""

from . import env

HUKOU_WITNESSES = env.text(
    "HUKOU_WITNESSES",
    "",
    "Witnesses of the trail, VKEY@URL each, separated by commas; see `python -m audit.witness --help`. Empty: none.",
)
