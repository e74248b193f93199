from django.apps import AppConfig


class StationsConfig(AppConfig):
    name = "capture.stations"
    label = "stations"
