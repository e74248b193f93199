from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "workflows.figures"
    label = "figures"

    def ready(self) -> None:
        """Say which cases inspections draw from."""
        from . import population

        population.register()
