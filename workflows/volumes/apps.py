from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VolumesConfig(AppConfig):
    name = "workflows.volumes"
    label = "volumes"

    def ready(self) -> None:
        """Register rights, alert rules and trail actions; follow what the archive does."""
        from audit.trail import actions as trail
        from workflows.archive.signals import case_filed, version_made

        from . import paper_alerts, rules

        case_filed.connect(_filed, dispatch_uid="volumes")
        version_made.connect(_added_to, dispatch_uid="volumes")
        rules.register()
        paper_alerts.register()
        for name, label, text in (
            ("cabinet.made", _("Cabinet entered"), ""),
            ("box.made", _("Box made"), _("No. {number}")),
            ("box.moved", _("Box put somewhere else"), ""),
            ("volume.opened", _("Volume opened"), _("No. {number}")),
            ("volume.moved", _("Volume put into another box"), ""),
            ("volume.bound", _("Volume bound"), _("{cases} cases, {pages} pages")),
            ("paper.put_in", _("Paper put into a volume"), _("{volume}, {pages} pages")),
            ("paper.taken_out", _("Paper taken out of a volume"), _("{volume}, {pages} pages")),
            ("paper.requested", _("Paper called up"), ""),
            ("paper.handed_over", _("Paper handed over"), _("{pages} pages, due back {due_on}")),
            ("paper.returned", _("Paper returned"), _("{pages} pages")),
            ("paper.extended", _("Paper may stay away longer"), _("until {to}")),
            ("paper.request_refused", _("Paper not handed over"), ""),
            ("paper.request_withdrawn", _("Request for paper withdrawn"), ""),
            ("paper.difference_found", _("Paper and electronic file differ"), ""),
            ("paper.difference_settled", _("Difference of paper settled"), ""),
            ("track.set", _("Track of a sub-type decided"), _("{subtype}: {track} from {starts_on}")),
        ):
            trail.register_action(name, label, text)


def _filed(sender: object, *, record: Any, **_more: object) -> None:
    from .tracks import take_down

    take_down(record)


def _added_to(sender: object, *, version: Any, **_more: object) -> None:
    from .differences import after_late_capture

    after_late_capture(version)
