from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InspectionConfig(AppConfig):
    name = "audit.inspection"
    label = "inspection"

    def ready(self) -> None:
        """Register acts, rights, alert rules, figures, and what must be on record; hear when the calendar is edited."""
        from audit.trail import actions as trail
        from hukou.calendar.signals import edited

        from . import counted, permissions, recorded, reprojection, rules

        permissions.register()
        rules.register()
        recorded.register()
        counted.register()
        edited.connect(reprojection.on_edit, dispatch_uid="inspection")
        for name, label, text in (
            ("inspection.plan_set", _("Plan of inspections set"), recorded.plan_text),
            ("inspection.seed_published", _("Seed of a sample published"), recorded.period_text),
            ("inspection.sample_drawn", _("Sample drawn"), _("{drawn} of {population}")),
            ("inspection.case_picked", _("Case chosen for inspection"), recorded.period_text),
            ("inspection.reviewed", _("Case reviewed in an inspection"), recorded.verdict_text),
            (
                "inspection.concluded",
                _("Inspection concluded"),
                _("{period}: {reviewed} reviewed, {findings} findings"),
            ),
            ("finding.made", _("Finding noted"), recorded.finding_text),
            ("finding.dropped", _("Finding dropped"), ""),
            ("order.issued", _("Rectification order sent down"), recorded.number_text),
            ("order.answered", _("Rectification order answered"), recorded.number_text),
            ("order.sent_back", _("Answer to a rectification order sent back"), recorded.number_text),
            ("order.accepted", _("Rectification accepted"), recorded.number_text),
            ("order.withdrawn", _("Rectification order withdrawn"), recorded.number_text),
        ):
            kind = trail.Kind.SYSTEM if name == "inspection.seed_published" else trail.Kind.ACT
            trail.register_action(name, label, text, kind=kind)
