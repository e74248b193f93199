from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "hukou.console"
    label = "console"

    def ready(self) -> None:
        """Tell the trail what the ground floor does."""
        from . import calendar_gap, jobs, looking, machine_alerts, presence, staffing, starting
        from .background import rules as background
        from .oversight import names, parts
        from .oversight.paper import alerting
        from .reading import homes

        looking.register()
        presence.register()
        staffing.register()
        jobs.register()
        background.register()
        starting.register()
        calendar_gap.register()
        machine_alerts.register()
        homes.register()
        parts.register()
        names.register()
        alerting.register()
