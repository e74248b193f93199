from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WallConfig(AppConfig):
    name = "hukou.console.oversight.wall"
    label = "wall"

    def ready(self) -> None:
        """Say who may see a wall and who hangs up a screen, and make the acts known."""
        from audit.trail import actions as trail

        from . import rules

        rules.register()
        trail.register_action("wall_screen.hung", _("Wall screen hung up"), _("“{name}” until {ends_on}"))
        trail.register_action("wall_screen.taken_down", _("Wall screen taken down"), _("screen “{name}”"))
