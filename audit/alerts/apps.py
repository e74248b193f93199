from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AlertsConfig(AppConfig):
    name = "audit.alerts"
    label = "alerts"

    def ready(self) -> None:
        """Make the acts of this layer known, what must be on record, and who may do them."""
        from audit.trail import actions as trail
        from hukou.accounts import policies
        from hukou.calendar.signals import edited

        from . import (
            again,
            handled,
            outbox_rules,
            parts,
            permissions,
            rearming,
            reconciling,
            recorded,
            rules,
            telling,
            texting,
            trail_rules,
            use_rules,
        )

        trail.register_action(
            "alert.raised",
            _("Alert raised"),
            lambda details: rules.label_of(details["rule"]),
            kind=trail.Kind.SYSTEM,
        )
        for name, label in (
            ("alert.acknowledged", _("Alert taken note of")),
            ("alert.explained", _("Alert explained")),
            ("alert.closed", _("Alert closed")),
            ("alert.muted", _("Alert rule muted")),
            ("alert.unmuted", _("Mute of an alert rule ended")),
            ("alert.terms_set", _("Alert rule changed")),
        ):
            trail.register_action(name, label, lambda details: rules.label_of(details["rule"]))
        trail.register_action(
            "alert.raised_together", _("Alerts raised together"), telling.together_text, kind=trail.Kind.SYSTEM
        )
        trail.register_action(
            "alert.timers_healed",
            _("Timers of alerts put right"),
            lambda details: rules.label_of(details["rule"]),
            kind=trail.Kind.SYSTEM,
        )
        reconciling.register()
        trail_rules.register()
        outbox_rules.register()
        use_rules.register()
        texting.register()
        parts.register()
        edited.connect(again.on_edit, dispatch_uid="alerts")
        edited.connect(handled.on_edit, dispatch_uid="alerts.handled")
        edited.connect(rearming.on_edit, dispatch_uid="alerts.rearming")
        recorded.register()
        policies.register("alert.acknowledge", permissions.may_acknowledge)
        policies.register("alert.explain", permissions.may_explain)
        policies.register("alert.close", permissions.may_close)
        policies.register("alert.mute", permissions.may_mute)
        policies.register("alert.set_terms", permissions.may_set_terms)
