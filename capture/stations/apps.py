from django.apps import AppConfig


class StationsConfig(AppConfig):
    name = "capture.stations"
    label = "stations"

    def ready(self) -> None:
        from . import reminders, rules

        rules.register()
        reminders.register()
