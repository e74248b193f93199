from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArchiveConfig(AppConfig):
    name = "workflows.archive"
    label = "archive"

    def ready(self) -> None:
        """Register rights and trail actions."""
        from audit.trail import actions as trail

        from . import late_alerts, rules

        rules.register()
        late_alerts.register()
        trail.register_action("case.completed", _("Result entered in the population system"))
        trail.register_action("case.filed", _("Case filed"))
        trail.register_action("case.late_capture_begun", _("Late capture begun"))
        trail.register_action("case.late_capture_concluded", _("Late capture concluded"), _("version {version}"))
        trail.register_action("case.late_capture_abandoned", _("Late capture abandoned"))
