from django.apps import AppConfig


class SessionsConfig(AppConfig):
    name = "capture.sessions"
    label = "capture"

    def ready(self) -> None:
        from . import rules

        rules.register()
