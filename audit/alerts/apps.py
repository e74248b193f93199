from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AlertsConfig(AppConfig):
    name = "audit.alerts"
    label = "alerts"

    def ready(self) -> None:
        """Make the acts of this layer known and say who may close an alert."""
        from audit.trail import actions as trail
        from hukou.accounts import policies

        from . import permissions, rules, trail_rules

        trail.register_action(
            "alert.raised",
            _("Alert raised"),
            lambda details: rules.label_of(details["rule"]),
            kind=trail.Kind.SYSTEM,
        )
        trail.register_action("alert.closed", _("Alert closed"), lambda details: rules.label_of(details["rule"]))
        trail_rules.register()
        policies.register("alert.close", permissions.may_close)
