from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrailConfig(AppConfig):
    name = "audit.trail"
    label = "trail"

    def ready(self) -> None:
        """Register what is done with the trail itself."""
        from hukou.accounts import policies

        from . import permissions
        from .unusual import rules
        from .vocabulary import Kind, register_action

        policies.register("trail.read", permissions.may_read)
        rules.register_all()

        register_action("trail.exported", _("Trail of the case exported"), _("{events} events"), kind=Kind.VIEW)
        register_action("trail.event_proved", _("Proof of an event taken out"), _("event {event}"), kind=Kind.VIEW)
        register_action("trail.page_proved", _("Certificate of a captured page taken out"), kind=Kind.VIEW)
        register_action("trail.searched", _("Trail book searched"), _("{found} events shown"), kind=Kind.VIEW)
        register_action("trail.listed", _("List taken out of the trail book"), _("{events} events"), kind=Kind.VIEW)
        register_action("trail.findings_shown", _("Unusual use looked at"), _("{shown} findings"), kind=Kind.VIEW)
