from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApprovalsConfig(AppConfig):
    name = "workflows.approvals"
    label = "approvals"

    def ready(self) -> None:
        """Register rights and trail actions, and go on when a seal is on."""
        from audit.trail import actions as trail
        from workflows.seals.signals import document_sealed

        from . import enquiries, late_answers, late_notices, notices, risks, rules

        rules.register()
        notices.register()
        late_notices.register()
        late_answers.register()
        risks.register()
        trail.register_action("case.handed_up", _("Case handed up"))
        trail.register_action("case.supplemented", _("Return answered"))
        trail.register_action("case.level_approve", _("Level approved"))
        trail.register_action("case.level_return", _("Returned for supplement"))
        trail.register_action("case.level_refuse", _("Level refused"))
        trail.register_action("case.approved", _("Case approved"))
        trail.register_action("case.refused", _("Case refused"))
        trail.register_action("case.withdrawn", _("Case withdrawn"))
        trail.register_action("case.asked", _("Enquiry begun, case suspended"), enquiries.said)
        trail.register_action("case.answered", _("Enquiry answered"), enquiries.said)
        trail.register_action("case.claimed", _("Case taken"))
        trail.register_action("case.released", _("Case given back"))
        trail.register_action("case.reassigned", _("Case given to another officer"), _("to {to}: {reason}"))
        trail.register_action("case.urged", _("Case urged"))
        trail.register_action("case.recalled", _("Case called back by a leader"))
        trail.register_action("deputation.given", _("Deputy appointed"))
        trail.register_action("deputation.revoked", _("Deputation ended"))
        trail.register_action("notice.issued", _("Notice issued"))
        trail.register_action("notice.read", _("Notice read by the station"))
        trail.register_action("notice.checked", _("Notice checked by somebody outside"))
        document_sealed.connect(_seal_is_on, dispatch_uid="approvals")


def _seal_is_on(sender: object, *, application: Any = None, **_more: object) -> None:
    from . import risks
    from .actions import continue_after_seal
    from .models import Decision

    if application is not None:
        continue_after_seal(application)
        decision = Decision.objects.filter(application=application).select_related("case").first()
        if decision is not None:
            risks.look_at(decision)
