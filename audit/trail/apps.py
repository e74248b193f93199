from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrailConfig(AppConfig):
    name = "audit.trail"
    label = "trail"

    def ready(self) -> None:
        """Register what is done with the trail itself."""
        from .vocabulary import Kind, register_action

        register_action("trail.exported", _("Trail of the case exported"), _("{events} events"), kind=Kind.VIEW)
        register_action("trail.event_proved", _("Proof of an event taken out"), _("event {event}"), kind=Kind.VIEW)
        register_action("trail.page_proved", _("Certificate of a captured page taken out"), kind=Kind.VIEW)
