from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "hukou.registry"
    label = "registry"
