from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "hukou.catalogue"
    label = "catalogue"
