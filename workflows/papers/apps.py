from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "workflows.papers"
    label = "papers"

    def ready(self) -> None:
        """Tell the cases what letters there are, and circulars how they are printed."""
        from . import circular, letters

        letters.register()
        circular.register()
