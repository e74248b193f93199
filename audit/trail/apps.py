from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrailConfig(AppConfig):
    name = "audit.trail"
    label = "trail"

    def ready(self) -> None:
        """Register what is done with the trail itself."""
        from .vocabulary import Kind, register_action

        register_action("trail.exported", _("Trail of the case exported"), _("{events} events"), kind=Kind.VIEW)
