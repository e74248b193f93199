"""The names of what the machines and the alerts themselves raise alerts about, each with the page where it is mended."""

from __future__ import annotations

from collections.abc import Mapping

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from audit.alerts import rules
from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.console.background import words

from . import jobs, subjects
from .subjects import Named, Names


def register() -> None:
    """Called once at start-up."""
    subjects.register("statistics.recount", _list(gettext_lazy("Recount of the figures: {key}"), "statistics"))
    subjects.register("jobs.task", _tasks)
    subjects.register("jobs.queue", _queue)
    subjects.register("disk.volume", _list(gettext_lazy("Disk: {key}"), "healthz"))
    subjects.register("system.part", _list(gettext_lazy("Part of the site: {key}"), "healthz"))
    subjects.register("seals.stamps", _list(gettext_lazy("Time stamps of sealed files"), "healthz"))
    subjects.register("alerts.rule", _rules)


def _list(words: Promise, route: str) -> Names:
    """Things that are mended on the page that lists them."""

    def names(keys: set[str], officer: Officer) -> Mapping[str, Named]:
        return {key: Named(str(words).format(key=key), reverse(route)) for key in keys}

    return names


def _tasks(keys: set[str], officer: Officer) -> Mapping[str, Named]:
    return {key: Named(str(words.of(key).does), jobs.place_of(key, officer), key) for key in keys}


def _queue(keys: set[str], officer: Officer) -> Mapping[str, Named]:
    where = reverse("jobs") + "#waiting" if policies.allow(officer, "job.view") else ""
    return {key: Named(gettext("The queue of background jobs"), where) for key in keys}


def _rules(keys: set[str], officer: Officer) -> Mapping[str, Named]:
    return {key: Named(rules.label_of(key), reverse("alert_rule", args=[key])) for key in keys if rules.get(key)}
