from typing import Any

from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "workflows.figures"
    label = "figures"

    def ready(self) -> None:
        """Let cases be counted, put into the circular and drawn by inspections; hear of edits of the calendar."""
        from audit.statistics import cubes
        from hukou.calendar.signals import edited

        from . import circular, population
        from .alert_cube import ALERTS
        from .cube import CASES

        cubes.register(CASES)
        cubes.register(ALERTS)
        circular.register()
        population.register()
        # Times are counted in the days of the calendar.
        edited.connect(_calendar_edited, dispatch_uid="figures")


def _calendar_edited(sender: object, *, version: Any = None, **_more: object) -> None:
    from .tasks import rework

    rework.defer(year=version.year, after=0)
