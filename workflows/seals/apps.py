from django.apps import AppConfig


class SealsConfig(AppConfig):
    name = "workflows.seals"
    label = "seals"
