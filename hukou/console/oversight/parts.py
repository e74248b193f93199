"""What the site itself has to tell in the daily digest: parts of it that are not well, jobs that have failed."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Count
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django.models import ProcrastinateJob

from audit.outbox import digests
from hukou.accounts.models import Office
from hukou.console import health
from hukou.console.background import words

CITY = frozenset({Office.Level.CITY})
"""Who runs the site sits there."""
NAMES = {
    "database": _("database"),
    "worker": _("background worker"),
    "jobs": _("background jobs"),
    "trail": _("places in the trail"),
    "guards": _("guards of the trail"),
    "storage": _("disk"),
    "pictures": _("workshop of pictures"),
    "networks": _("networks for pictures"),
    "holidays": _("holidays"),
    "texts": _("SMS gateway"),
}


def not_well(office: Office) -> Mapping[str, int]:
    """Parts of /healthz that are not ok."""
    return {name: 1 for name, part in health.examine().items() if part.status != "ok"}


def failed_jobs(office: Office) -> Mapping[str, int]:
    """Name of the job → how many of it have failed for good."""
    rows = ProcrastinateJob.objects.filter(status="failed").order_by().values_list("task_name").annotate(Count("pk"))
    return dict(rows)


def register() -> None:
    """Called once at start-up."""
    task = lambda what: str(words.of(what).does)  # noqa: E731 - as below
    name = lambda what: str(NAMES.get(what, what))  # noqa: E731 - the name of a part is its only word
    digests.register(digests.Part("health", _("Parts of the site that are not well"), not_well, name, CITY))
    digests.register(digests.Part("jobs", _("Background jobs that failed"), failed_jobs, task, CITY))
