"""The names of what the rooms of oversight and the machines raise alerts about, each with the page where it is mended."""

from __future__ import annotations

from collections.abc import Mapping

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.alerts import rules
from audit.inspection.models import InspectionDuty
from hukou.accounts.models import Office, Officer

from . import subjects
from .subjects import Named, Names


def register() -> None:
    """Called once at start-up."""
    subjects.register("inspection.inspectionduty", _inspections)
    subjects.register("inspection.order", _one(gettext_lazy("Rectification order {key}"), "order"))
    subjects.register(
        "volumes.difference", _list(gettext_lazy("Difference {key} between paper and file"), "paper_differences")
    )
    subjects.register("volumes.loan", _list(gettext_lazy("Call-up of paper {key}"), "paper_loans"))
    subjects.register("statistics.recount", _list(gettext_lazy("Recount of the figures: {key}"), "statistics"))
    subjects.register("jobs.task", _list(gettext_lazy("Background job {key}"), "alert_digest"))
    subjects.register("jobs.queue", _list(gettext_lazy("The queue of background jobs"), "alert_digest"))
    subjects.register("disk.volume", _list(gettext_lazy("Disk: {key}"), "healthz"))
    subjects.register("system.part", _list(gettext_lazy("Part of the site: {key}"), "healthz"))
    subjects.register("seals.stamps", _list(gettext_lazy("Time stamps of sealed files"), "healthz"))
    subjects.register("alerts.rule", _rules)
    subjects.register("accounts.office", _offices)


def _list(words: Promise, route: str) -> Names:
    """Things that are mended on the page that lists them."""

    def names(keys: set[str], officer: Officer) -> Mapping[str, Named]:
        return {key: Named(str(words).format(key=key), reverse(route)) for key in keys}

    return names


def _one(words: Promise, route: str) -> Names:
    """Things with a page of their own."""

    def names(keys: set[str], officer: Officer) -> Mapping[str, Named]:
        return {
            key: Named(str(words).format(key=key), reverse(route, args=[int(key)])) for key in keys if key.isdecimal()
        }

    return names


def _inspections(keys: set[str], officer: Officer) -> Mapping[str, Named]:
    wanted = [int(key) for key in keys if key.isdecimal()]
    found = InspectionDuty.objects.filter(pk__in=wanted).select_related("office")
    return {
        str(duty.pk): Named(
            _("Inspection {period}").format(period=duty.period),
            reverse("inspection", args=[duty.pk]),
            duty.office.short_name,
        )
        for duty in found
    }


def _rules(keys: set[str], officer: Officer) -> Mapping[str, Named]:
    return {key: Named(rules.label_of(key), reverse("alert_rule", args=[key])) for key in keys if rules.get(key)}


def _offices(keys: set[str], officer: Officer) -> Mapping[str, Named]:
    """An office: what is wrong with all of it is paper that is not bound."""
    found = Office.objects.in_bulk([int(key) for key in keys if key.isdecimal()])
    return {str(pk): Named(office.short_name, reverse("paper_room", args=[pk])) for pk, office in found.items()}
