from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "workflows.cases"
    label = "cases"

    def ready(self) -> None:
        """Tell the ground floor and the audit what this layer knows."""
        from audit.trail import actions as trail
        from hukou.calendar.signals import edited

        from . import letters, limit_alerts, overdue, page_alerts, recorded, reprojection, risks, rules

        recorded.register()
        rules.register()
        overdue.register()
        limit_alerts.register()
        edited.connect(reprojection.on_edit, dispatch_uid="cases")
        page_alerts.register()
        risks.register()
        trail.register_action("case.opened", _("Case opened"))
        trail.register_action("case.updated", _("Application corrected"))
        trail.register_action("case.page_placed", _("Page placed in its slot"))
        trail.register_action("case.page_superseded", _("Page superseded"))
        trail.register_action("case.page_held", _("Page held back by the quality check"))
        trail.register_action("case.page_kept", _("Doubtful page kept"))
        trail.register_action("case.page_dropped", _("Held page left out"))
        trail.register_action("case.pages_ordered", _("Pages put in order"))
        trail.register_action("case.accepted", _("Case accepted"))
        trail.register_action("case.turned_away", _("Request not accepted"))
        trail.register_action("letter.issued", _("Letter to the applicant made"), letters.said)
        trail.register_action("letter.handed_over", _("Letter handed over"), letters.said)
