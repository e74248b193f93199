from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class TrailConfig(AppConfig):
    name = "audit.trail"
    label = "trail"

    def ready(self) -> None:
        """Register what is done with the trail itself, who reads it, and what watches over its guards."""
        from hukou.accounts import policies

        from . import permissions
        from .guardcheck import check_guards
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
        register_action("trail.epoch_begun", _("Transactions are counted anew"), kind=Kind.SYSTEM)
        register_action("trail.verified", _("Trail verified"), _("{size} leaves, {findings} findings"))
        register_action("witness.objected", _("A witness refused to sign the trail"), _("at {size} leaves"))
        checks.register(check_guards, checks.Tags.database)
        post_migrate.connect(_separate, sender=self, dispatch_uid="trail.separate")


def _separate(**_told: Any) -> None:
    from .guards import separate

    separate()
