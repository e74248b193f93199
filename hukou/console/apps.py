from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "hukou.console"
    label = "console"
