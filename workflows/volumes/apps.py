from django.apps import AppConfig


class VolumesConfig(AppConfig):
    name = "workflows.volumes"
    label = "volumes"
