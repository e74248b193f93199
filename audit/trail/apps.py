from django.apps import AppConfig


class TrailConfig(AppConfig):
    name = "audit.trail"
    label = "trail"
