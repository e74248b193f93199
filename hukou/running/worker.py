"""The worker of background jobs as a child of `make run`."""

from __future__ import annotations

import os

import django

from .tether import hold_on


def main() -> None:
    """Take jobs until SIGTERM; jobs in progress are finished first (settings.background)."""
    hold_on()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hukou.settings")
    django.setup()
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    from hukou.console import starting
    from hukou.kernel import garbage

    starting.record_started("worker")
    garbage.look_less_often()
    assert isinstance(app.connector, DjangoConnector)
    with app.replace_connector(app.connector.get_worker_connector()) as jobs:
        jobs.run_worker()


if __name__ == "__main__":
    main()
