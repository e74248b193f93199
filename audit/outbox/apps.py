from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutboxConfig(AppConfig):
    name = "audit.outbox"
    label = "outbox"

    def ready(self) -> None:
        """Make the acts of this layer known and say who may do them."""
        from audit.trail import actions as trail
        from hukou.accounts import policies

        from . import digests, parts, permissions, recorded, words

        system = trail.Kind.SYSTEM
        trail.register_action("text.sent", _("Text handed to the gateway"), kind=system)
        trail.register_action("text.delivered", _("Text arrived"), kind=system)
        trail.register_action("text.failed", _("Text not delivered"), lambda told: words.said(told["why"]), kind=system)
        trail.register_action("text.queued_again", _("Text to be sent again"))
        trail.register_action("office.phone_set", _("Duty telephone of an office set"), "{before} → {after}")
        policies.register("text.send_again", permissions.may_send_again)
        policies.register("office.set_phone", permissions.may_set_phone)
        trail.register_action("digest.made", _("Daily digest made"), _("{day}: {total}"), kind=system)
        digests.register_text()
        parts.register()
        recorded.register()
