from typing import Any

from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "workflows.figures"
    label = "figures"

    def ready(self) -> None:
        """Let cases be counted and drawn for inspection, and hear of edits of the calendar: times are counted in its days."""
        from audit.statistics import cubes
        from hukou.calendar.signals import edited

        from . import population
        from .alert_cube import ALERTS
        from .cube import CASES

        cubes.register(CASES)
        cubes.register(ALERTS)
        population.register()
        edited.connect(_calendar_edited, dispatch_uid="figures")


def _calendar_edited(sender: object, *, version: Any = None, **_more: object) -> None:
    from .tasks import rework

    rework.defer(year=version.year, after=0)
