"""The names of what the machines and the alerts themselves raise alerts about, each with the page where it is mended."""

from __future__ import annotations

from collections.abc import Mapping

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from audit.alerts import rules
from hukou.accounts.models import Officer

from . import subjects
from .subjects import Named, Names


def register() -> None:
    """Called once at start-up."""
    subjects.register("statistics.recount", _list(gettext_lazy("Recount of the figures: {key}"), "statistics"))
    subjects.register("jobs.task", _list(gettext_lazy("Background job {key}"), "alert_digest"))
    subjects.register("jobs.queue", _list(gettext_lazy("The queue of background jobs"), "alert_digest"))
    subjects.register("disk.volume", _list(gettext_lazy("Disk: {key}"), "healthz"))
    subjects.register("system.part", _list(gettext_lazy("Part of the site: {key}"), "healthz"))
    subjects.register("seals.stamps", _list(gettext_lazy("Time stamps of sealed files"), "healthz"))
    subjects.register("alerts.rule", _rules)


def _list(words: Promise, route: str) -> Names:
    """Things that are mended on the page that lists them."""

    def names(keys: set[str], officer: Officer) -> Mapping[str, Named]:
        return {key: Named(str(words).format(key=key), reverse(route)) for key in keys}

    return names


def _rules(keys: set[str], officer: Officer) -> Mapping[str, Named]:
    return {key: Named(rules.label_of(key), reverse("alert_rule", args=[key])) for key in keys if rules.get(key)}
