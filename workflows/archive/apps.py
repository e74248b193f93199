from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArchiveConfig(AppConfig):
    name = "workflows.archive"
    label = "archive"

    def ready(self) -> None:
        """Register rights and trail actions."""
        from audit.trail import actions as trail

        from . import rules

        rules.register()
        trail.register_action("case.filed", _("Case filed"))
