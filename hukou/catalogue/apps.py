from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "hukou.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        from hukou.accounts import policies

        from . import rules

        policies.register("catalogue.load", rules.may_load)
