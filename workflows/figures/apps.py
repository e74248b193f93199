from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "workflows.figures"
    label = "figures"
