from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    name = "audit.statistics"
    label = "statistics"
