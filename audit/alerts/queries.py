"""Read alerts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count

from hukou.accounts.models import Office

from .models import Alert, AlertQuerySet, Timer


def open_for(offices: Iterable[Office]) -> AlertQuerySet:
    """Open alerts of these offices and of those under them, the oldest due first."""
    return Alert.objects.open().within(offices).select_related("office")


def known_in(offices: Iterable[Office], alert_id: int) -> bool:
    """Whether there is such an alert, open or closed, in these offices or those under them."""
    return Alert.objects.within(offices).filter(pk=alert_id).exists()


def closed_lately(offices: Iterable[Office], limit: int = 20) -> list[Alert]:
    """What was closed last in these offices and those under them, newest first."""
    closed = Alert.objects.exclude(closed_at=None).within(offices).select_related("office", "closed_by")
    return list(closed.order_by("-closed_at")[:limit])


def open_counts(offices: Iterable[Office]) -> dict[str, int]:
    """Rule name → how many alerts of it are open in these offices and those under them."""
    rows = Alert.objects.open().within(offices).order_by().values_list("rule").annotate(Count("pk"))
    return dict(rows)


def alerts_about(subject: str) -> AlertQuerySet:
    """Every alert about one subject ("cases.case:17"), open and closed, the oldest due first."""
    return Alert.objects.filter(subject=subject).select_related("office", "closed_by")


def standing_since(rule: str, subject: str) -> datetime | None:
    """The due moment under which a fact stands already: for a watched fact that has no moment of its own."""
    standing = Timer.objects.filter(rule=rule, subject=subject, happened=False)
    return standing.values_list("due_at", flat=True).first()
