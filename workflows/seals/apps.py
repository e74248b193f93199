from typing import Any

from django.apps import AppConfig


class SealsConfig(AppConfig):
    name = "workflows.seals"
    label = "seals"

    def ready(self) -> None:
        """Register rights, trail actions and alert rules; hear of wrong PINs and of people who leave."""
        from django.db.models.signals import post_delete, post_save

        from audit.trail.signals import refused
        from hukou.accounts.models import Duty, Officer

        from . import alerts, rules
        from .bulk import rules as batches
        from .register import pins
        from .stamps import checkpoints

        rules.register()
        batches.register()
        alerts.register()
        checkpoints.register()
        refused.connect(pins.count_wrong, dispatch_uid="seals")
        post_save.connect(_duty_changed, sender=Duty, dispatch_uid="seals")
        post_delete.connect(_duty_changed, sender=Duty, dispatch_uid="seals")
        post_save.connect(_officer_changed, sender=Officer, dispatch_uid="seals")


def _duty_changed(sender: object, *, created: bool = False, **_more: Any) -> None:
    """A new duty takes nobody away; any other change may."""
    if not created:
        _look_who_left()


def _officer_changed(sender: object, *, instance: Any, created: bool, **_more: Any) -> None:
    if not created and not instance.is_active:
        _look_who_left()


def _look_who_left() -> None:
    from .tasks import stop_left

    stop_left.defer()
