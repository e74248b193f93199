"""Which commands typed on the server are on record."""

from __future__ import annotations

from collections.abc import Sequence

COMMANDS = frozenset(
    {
        "changepassword",
        "circular",
        "dbshell",
        "enrol_seal",
        "export_trail",
        "flush",
        "index_cases",
        "inspect_due",
        "load_calendar",
        "load_catalogue",
        "loaddata",
        "recount_statistics",
        "renew_stamps",
        "seal_city",
        "seals",
        "seals_batch",
        "seed_city",
        "seed_load",
        "shell",
        "sqlflush",
        "walkthrough",
        "witness",
    }
)
"""Commands that change something, take something out, or open a door to the tables."""


def on_record(arguments: Sequence[str]) -> None:
    """Put a command line on record before it is carried out, when it is one of `COMMANDS`."""
    if not arguments or arguments[0] not in COMMANDS or "--help" in arguments:
        return
    import django

    django.setup()
    from hukou.console import starting

    starting.record_command(arguments)
