from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AlertsConfig(AppConfig):
    name = "audit.alerts"
    label = "alerts"

    def ready(self) -> None:
        """Make the acts of this layer known and say who may close an alert."""
        from audit.trail import actions as trail
        from hukou.accounts import policies
        from hukou.calendar.signals import edited

        from . import again, permissions, rules, telling, trail_rules

        trail.register_action(
            "alert.raised",
            _("Alert raised"),
            lambda details: rules.label_of(details["rule"]),
            kind=trail.Kind.SYSTEM,
        )
        trail.register_action("alert.closed", _("Alert closed"), lambda details: rules.label_of(details["rule"]))
        trail.register_action(
            "alert.raised_together", _("Alerts raised together"), telling.together_text, kind=trail.Kind.SYSTEM
        )
        trail.register_action(
            "alert.terms_set", _("Alert rule changed"), lambda details: rules.label_of(details["rule"])
        )
        trail_rules.register()
        edited.connect(again.on_edit, dispatch_uid="alerts")
        policies.register("alert.close", permissions.may_close)
        policies.register("alert.set_terms", permissions.may_set_terms)
