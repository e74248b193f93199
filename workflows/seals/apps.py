from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SealsConfig(AppConfig):
    name = "workflows.seals"
    label = "seals"

    def ready(self) -> None:
        """Register the trail actions of sealing."""
        from audit.trail import actions as trail

        trail.register_action("seal.issued", _("Seal issued"))
        trail.register_action("seal.prepared", _("Document prepared for sealing"))
        trail.register_action("seal.signed", _("Level signed"))
        trail.register_action("seal.applied", _("Seal put on"))
        trail.register_action("seal.failed", _("Seal could not be put on"))
        trail.register_action("batch.made", _("Batch begun"))
        trail.register_action("batch.brought", _("Paper brought for sealing"))
        trail.register_action("batch.shown", _("Paper shown whole"))
        trail.register_action("batch.aside", _("Paper put aside or taken back"))
        trail.register_action("batch.begun", _("Sealing of a batch begun"))
        trail.register_action("batch.signed", _("Paper sealed"))
        trail.register_action("batch.failed", _("Paper could not be sealed"))
        trail.register_action("batch.ended", _("Sealing of a batch ended"))

        from .bulk import rules

        rules.register()
