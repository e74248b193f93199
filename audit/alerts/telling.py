"""Alerts are written, put on record and told to the offices: all three in the transaction of who raises them.

Few alerts are an event each. Many are one event for each batch, which lists them; the timelines of their cases show it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from audit.trail import actions as trail
from audit.trail.entries import moment as written
from hukou.kernel import canonical, push

from . import rules
from .models import Alert, AlertBatch

SINGLY = 50
"""As many alerts raised at once are an event each."""
IN_ONE_EVENT = 300
"""Of 210 bytes at most each, so that the event fits into a leaf of the log."""

# A fact that was over and is true again is not settled any more; a closed alert stays closed.
_INSERT = """
insert into alerts_alert (rule, subject, case_id, office_id, role, concerned_id, due_at, rung, details, raised_at,
                          batch_id, closing_record)
select timer.rule, timer.subject, timer.case_id, told.office_id, told.role, timer.office_id, timer.due_at, told.rung,
       timer.details, %(now)s, told.batch_id, ''
from unnest(%(ids)s::bigint[], %(rungs)s::smallint[], %(offices)s::bigint[], %(roles)s::text[], %(batches)s::bigint[])
         with ordinality as told (id, rung, office_id, role, batch_id, place)
join alerts_timer timer on timer.id = told.id
order by told.place
on conflict on constraint alert_once_per_rung do update set settled_at = null
    where alerts_alert.settled_at is not null and alerts_alert.closed_at is null
returning id, rule, subject, due_at, rung, office_id, batch_id, details::text, xmax = 0
"""
_NUMBERS = "select nextval('alerts_alertbatch_id_seq') from generate_series(1, %s)"


class Rising(NamedTuple):
    """One rung of one timer that is due."""

    timer: int
    rung: int
    office_id: int
    role: str


class _Raised(NamedTuple):
    id: int
    rule: str
    subject: str
    due_at: datetime
    rung: int
    office_id: int
    batch_id: int | None
    details: str
    fresh: bool


def raise_alerts(due: Sequence[Rising], now: datetime) -> Counter[str]:
    """Raise those that are new; how many of each rule."""
    if not due:
        return Counter()
    many = len(due) > SINGLY
    with connection.cursor() as cursor:
        numbers: list[int] = []
        if many:
            cursor.execute(_NUMBERS, [-(-len(due) // IN_ONE_EVENT)])
            numbers = [number for (number,) in cursor.fetchall()]
        cursor.execute(
            _INSERT,
            {
                "now": now,
                "ids": [one.timer for one in due],
                "rungs": [one.rung for one in due],
                "offices": [one.office_id for one in due],
                "roles": [str(one.role) for one in due],
                "batches": [numbers[place // IN_ONE_EVENT] if many else None for place in range(len(due))],
            },
        )
        raised = [one for one in map(_Raised._make, cursor.fetchall()) if one.fresh]
    if many:
        _record_together(raised, now)
    else:
        record_each(one.id for one in raised)
    return Counter(one.rule for one in raised)


def record_each(ids: Iterable[int]) -> None:
    """An event for each of these alerts, and a word to its office."""
    with trail.together():
        for alert in Alert.objects.filter(pk__in=list(ids)).select_related("office").order_by("pk"):
            trail.record(
                "alert.raised",
                subject=alert,
                by=None,
                office=alert.office,
                case=trail.case_of(alert.subject) if alert.case_id is None else alert.case_id,
                details={
                    "rule": alert.rule,
                    "about": alert.subject,
                    "due_at": alert.due_at.isoformat(),
                    "rung": alert.rung,
                    "found": alert.details,
                },
            )
            push.announce(group=f"office-{alert.office_id}", kind="alert_raised", alert=alert.pk)


def _record_together(raised: Sequence[_Raised], now: datetime) -> None:
    batches: dict[int, list[_Raised]] = defaultdict(list)
    newest: dict[int, int] = {}
    for one in raised:
        assert one.batch_id is not None
        batches[one.batch_id].append(one)
        newest[one.office_id] = one.id
    AlertBatch.objects.bulk_create(
        AlertBatch(pk=key, raised_at=now, alerts=len(members)) for key, members in batches.items()
    )
    with trail.together():
        for key, members in batches.items():
            trail.record("alert.raised_together", subject=f"alerts.alertbatch:{key}", by=None, details=_listed(members))
    push.announce_each(
        [push.message(group=f"office-{office}", kind="alert_raised", alert=pk) for office, pk in newest.items()]
    )


def _listed(members: Sequence[_Raised]) -> dict[str, Any]:
    """The alerts of a batch, and a digest of what was found of all of them in this order."""
    return {
        "alerts": len(members),
        "raised": [[m.id, m.rule, m.subject, written(m.due_at), m.rung, m.office_id] for m in members],
        "found_sha256": canonical.sha256("\n".join(member.details for member in members).encode()),
    }


def together_text(details: Mapping[str, Any]) -> str:
    """Which rules, and how many alerts of each."""
    counted = Counter(rule for _key, rule, *_rest in details["raised"])
    return ", ".join(
        _("{rule}: {alerts}").format(rule=rules.label_of(name), alerts=alerts) for name, alerts in counted.items()
    )
