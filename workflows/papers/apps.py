from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "workflows.papers"
    label = "papers"

    def ready(self) -> None:
        """Tell the cases what letters there are."""
        from . import letters

        letters.register()
