from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "hukou.console"
    label = "console"

    def ready(self) -> None:
        """Tell the trail what the ground floor does."""
        from . import calendar_gap, presence
        from .reading import homes

        presence.register()
        calendar_gap.register()
        homes.register()
