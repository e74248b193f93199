from django.apps import AppConfig


class InspectionConfig(AppConfig):
    name = "audit.inspection"
    label = "inspection"
