"""`make run`. Exit status 0: stopped when asked to; 1: runs already or the port is taken; 2: could not start."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

import django
from django.conf import settings
from django.core.management import CommandError
from django.db import DatabaseError

from hukou.embedded.errors import EmbeddedServerError


def main() -> int:
    """Serve until Ctrl-C, SIGTERM or SIGHUP."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hukou.settings")
    django.setup()
    from .site import CannotRun, Site

    site = Site()

    def ask_to_stop(number: int, frame: FrameType | None) -> None:
        site.stopping = True

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ask_to_stop)
    try:
        site.claim()
    except CannotRun as exc:
        sys.stderr.write(f"{exc}\n")
        return 1
    try:
        site.prepare()
        if not site.stopping:
            site.start()
        if not site.stopping:
            _welcome(site.url)
        site.watch()
    except (CannotRun, CommandError, DatabaseError, EmbeddedServerError) as exc:
        sys.stderr.write(f"{exc}\n")
        return 2
    finally:
        site.stop()
    return 0


def _welcome(url: str) -> None:
    accounts = settings.HUKOU_DATA_DIR / "demo-accounts.txt"
    lines = ["", f"户政电子档案已启动  Household Registration E-Archive is ready:  {url}"]
    if settings.HUKOU_DEMO and accounts.is_file():
        lines += ["", accounts.read_text(encoding="utf-8").rstrip()]
    lines += ["", "按 Ctrl-C 停止 / Ctrl-C to stop", ""]
    sys.stdout.write("\n".join(lines))
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
