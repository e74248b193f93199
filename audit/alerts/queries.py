"""Read alerts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from hukou.accounts.models import Office

from .models import Alert, AlertQuerySet, Timer
from .types import Figures


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


def alerts_of_case(case_id: int) -> AlertQuerySet:
    """Every alert about a case or anything in it, open and closed, the oldest due first."""
    return Alert.objects.filter(case_id=case_id).select_related("office", "concerned", "closed_by")


# By the office that has to act, whoever was told: climbing does not make it somebody else's lateness.
_FIGURES = """
select to_char(raised_at at time zone 'Asia/Shanghai', 'YYYY-MM') as month, coalesce(concerned_id, office_id) as office,
       rule, count(*) filter (where rung = 1) as matters, count(*) as raised, count(closed_at) as closed,
       count(settled_at) as settled,
       percentile_disc(0.5) within group (order by closed_at - raised_at) filter (where closed_at is not null) as median
from alerts_alert
where raised_at >= %(since)s and raised_at < %(until)s and coalesce(concerned_id, office_id) = any(%(offices)s)
group by 1, 2, 3 order by 1, 2, 3
"""


def figures(offices: Iterable[Office], since: datetime, until: datetime) -> list[Figures]:
    """Alerts raised in a period (`until` not included) by month, office that had to act, and rule."""
    keys = [office.pk for office in offices]
    under = Office.objects.filter(Q(pk__in=keys) | Q(parent__in=keys) | Q(parent__parent__in=keys))
    with connection.cursor() as cursor:
        asked: dict[str, Any] = {"since": since, "until": until, "offices": list(under.values_list("pk", flat=True))}
        cursor.execute(_FIGURES, asked)
        return [Figures(*row) for row in cursor.fetchall()]


def standing_since(rule: str, subject: str) -> datetime | None:
    """The due moment under which a fact stands already: for a watched fact that has no moment of its own."""
    standing = Timer.objects.filter(rule=rule, subject=subject, happened=False)
    return standing.values_list("due_at", flat=True).first()
