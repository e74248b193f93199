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
        """Register what is done with the trail itself, and what watches over its guards."""
        from .guardcheck import check_guards
        from .vocabulary import register_action

        register_action("trail.exported", _("Trail of the case exported"), _("{events} events"))
        register_action("trail.verified", _("Trail verified"), _("{size} leaves, {findings} findings"))
        register_action("witness.objected", _("A witness refused to sign the trail"), _("at {size} leaves"))
        checks.register(check_guards, checks.Tags.database)
        post_migrate.connect(_separate, sender=self, dispatch_uid="trail.separate")


def _separate(**_told: Any) -> None:
    from .guards import separate

    separate()
