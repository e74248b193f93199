from django.apps import AppConfig


class SessionsConfig(AppConfig):
    name = "capture.sessions"
    label = "capture"
