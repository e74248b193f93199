from django.apps import AppConfig


class CircularsConfig(AppConfig):
    name = "audit.circulars"
    label = "circulars"
