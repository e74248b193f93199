from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StatisticsConfig(AppConfig):
    name = "audit.statistics"
    label = "statistics"

    def ready(self) -> None:
        """Say who reads figures, what is recorded, and what is watched."""
        from audit.trail import actions as trail
        from hukou.accounts import policies

        from . import permissions, rules

        policies.register("statistics.read", permissions.may_read)
        policies.register("table.remove", permissions.may_remove)
        trail.register_action("table.kept", _("Table kept"))
        trail.register_action("table.removed", _("Table removed"))
        trail.register_action(
            "statistics.exported", _("Figures taken out"), _("{cube}, {format}"), kind=trail.Kind.VIEW
        )
        rules.register()
