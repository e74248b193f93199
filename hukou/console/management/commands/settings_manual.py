"""`manage.py settings_manual`: write docs/settings.md from the declarations in hukou/settings."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from hukou.settings import env

PLACE = Path("docs") / "settings.md"
HEAD = """# Settings

Every environment variable the product reads. Made by `python manage.py settings_manual` from the declarations in
`hukou/settings/`; change them there. An unset or empty variable takes its default; a value that cannot be read stops
the start with a message.

| variable | type | default | what it does |
|---|---|---|---|
"""


class Command(BaseCommand):
    help = "Write docs/settings.md. With --check: exit 1 when it differs from the code. Needs no database."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Write, or only compare."""
        parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the manual is out of date")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        page, text = Path(settings.BASE_DIR) / PLACE, manual()
        if not options["check"]:
            page.write_text(text, encoding="utf-8")
        elif not page.is_file() or page.read_text(encoding="utf-8") != text:
            self.stderr.write(f"{PLACE} is out of date: run python manage.py settings_manual")
            sys.exit(1)


def manual() -> str:
    """The whole page."""
    return HEAD + "".join(_row(setting) for setting in env.DECLARED)


def _row(setting: env.Setting) -> str:
    default = setting.default.replace(str(settings.BASE_DIR), ".") or "empty"
    kind = setting.kind.replace("|", "\\|")
    return f"| `{setting.name}` | {kind} | `{default}` | {setting.help} |\n"
