from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArchiveConfig(AppConfig):
    name = "workflows.archive"
    label = "archive"

    def ready(self) -> None:
        """Register rights and trail actions."""
        from audit.trail import actions as trail
        from workflows.seals.signals import stamps_renewed

        from . import late_alerts, risks, rules

        stamps_renewed.connect(_stamped_anew, dispatch_uid="archive")
        rules.register()
        late_alerts.register()
        risks.register()
        trail.register_action("case.completed", _("Result entered in the population system"))
        trail.register_action("case.filed", _("Case filed"))
        trail.register_action("case.late_capture_begun", _("Late capture begun"))
        trail.register_action("case.late_capture_concluded", _("Late capture concluded"), _("version {version}"))
        trail.register_action("case.late_capture_abandoned", _("Late capture abandoned"))


def _stamped_anew(sender: object, *, document: Any = None, **_more: object) -> None:
    """A filed document got a newer stamp: its shelf gets the newer bytes too."""
    from .models import ArchiveRecord
    from .tasks import lay_out_shelf

    record = ArchiveRecord.objects.filter(case_id=document.case_id).first()
    if record is not None:
        lay_out_shelf.defer(record_id=record.pk)
