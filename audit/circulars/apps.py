from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CircularsConfig(AppConfig):
    name = "audit.circulars"
    label = "circulars"

    def ready(self) -> None:
        """Make the acts known, say who may do them, watch the duty to issue, and offer the workbook."""
        from audit.trail import actions as trail

        from . import alerts, inspected, permissions, prints, workbook

        version = _("{month}, version {version}")
        trail.register_action("circular.frozen", _("Circular issued"), version)
        trail.register_action("circular.read", _("Circular taken note of"), version)
        trail.register_action("circular.stated", _("Statement on a circular"), version)
        trail.register_action("circular.answered", _("Statement on a circular answered"), version)
        permissions.register()
        alerts.register()
        inspected.register()
        prints.register(prints.PrintKind("xlsx", workbook.CONTENT_TYPE, workbook.render))
