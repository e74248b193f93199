"""Alerts are written, put on record and told to the offices: all three in the transaction of who raises them.

Few alerts are an event each. Many are one event for each batch, which lists them; the timelines of their cases show it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from audit.trail import actions as trail
from hukou.accounts.models import Office
from hukou.kernel import push

from . import rules, statements, texting
from .models import Alert, AlertBatch

SINGLY = 50
"""As many alerts raised at once are an event each."""
IN_ONE_EVENT = 300
"""Of 150 bytes at most each, so that the event fits into a leaf of the log."""


class Raised(NamedTuple):
    """New alerts of one rule; of one batch, when there are many."""

    batch_id: int | None
    rule: str
    ids: list[int]
    rungs: list[int]
    offices: list[int]
    roles: list[str]
    lines: list[str] | None
    """Key, subject, due moment, rung and office told of each, for the event."""
    found_sha256: str
    """Of what was found of all of them, in this order."""


def raise_alerts(claim: Mapping[str, Any], *, at_most: int, now: datetime) -> Counter[str]:
    """Raise what is due of the timers claimed and move them on (`statements.RAISE`); how many new alerts of each rule.

    `at_most`: more there cannot be.
    """
    with connection.cursor() as cursor:
        batches: list[int] = []
        if at_most > SINGLY:
            cursor.execute(statements.NUMBERS, [-(-at_most // IN_ONE_EVENT)])
            (batches,) = cursor.fetchone()
        several: dict[str, Any] = {"singly": SINGLY, "in_one_event": IN_ONE_EVENT, "batches": batches, "raised_at": now}
        cursor.execute(statements.RAISE, {**claim, **several})
        raised = [Raised(*row) for row in cursor.fetchall()]
    record_each(key for one in raised if one.batch_id is None for key in one.ids)
    _record_together([one for one in raised if one.batch_id is not None], now)
    texting.mention(
        (key, one.rule, rung, office)
        for one in raised
        for key, rung, office in zip(one.ids, one.rungs, one.offices, strict=True)
    )
    return Counter({rule: sum(len(one.ids) for one in raised if one.rule == rule) for rule in {r.rule for r in raised}})


def record_each(ids: Iterable[int]) -> None:
    """An event for each of these alerts, and a word to its office."""
    keys = list(ids)
    if not keys:
        return
    with trail.together():
        for alert in Alert.objects.filter(pk__in=keys).select_related("office").order_by("pk"):
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
            push.announce(group=group_of(alert.office_id, alert.role), kind="alert_raised", alert=alert.pk)


def tell_changed(alert: Alert) -> None:
    """What an officer did to an alert, told to the open screens that list it: of the office told, of the one that has to
    act, and of those above them. The office is loaded with those above it.
    """
    offices = {*_upward(alert.office), *_upward(alert.concerned)}
    push.announce_each(
        [push.message(group=f"office-{pk}", kind="alert_changed", alert=alert.pk) for pk in sorted(offices)]
    )


def tell_muted(office: Office) -> None:
    """A mute begins or ends, told to the open screens of its office, of those under it, and of those above it."""
    under = Office.objects.filter(Q(parent=office) | Q(parent__parent=office)).values_list("pk", flat=True)
    push.announce_each(
        [push.message(group=f"office-{pk}", kind="alert_changed") for pk in sorted({*_upward(office), *under})]
    )


def _upward(office: Office | None) -> Iterator[int]:
    while office is not None:
        yield office.pk
        office = office.parent


def group_of(office_id: int, role: str) -> str:
    """The live group of who is told: everybody at an office, or its leaders."""
    return f"{'leaders' if role == rules.Level.LEADER else 'office'}-{office_id}"


def _record_together(raised: Sequence[Raised], now: datetime) -> None:
    batches: dict[int, list[Raised]] = defaultdict(list)
    newest: dict[tuple[int, str], int] = {}
    for one in raised:
        assert one.batch_id is not None
        batches[one.batch_id].append(one)
        newest.update(zip(zip(one.offices, one.roles, strict=True), one.ids, strict=True))
    if not batches:
        return
    AlertBatch.objects.bulk_create(
        AlertBatch(pk=key, raised_at=now, alerts=sum(len(one.ids) for one in members))
        for key, members in batches.items()
    )
    with trail.together():
        for key, members in batches.items():
            trail.record("alert.raised_together", subject=f"alerts.alertbatch:{key}", by=None, details=_listed(members))
    push.announce_each(
        [
            push.message(group=group_of(office, role), kind="alert_raised", alert=key)
            for (office, role), key in newest.items()
        ]
    )


def _listed(members: Sequence[Raised]) -> dict[str, Any]:
    """The alerts of a batch, rule by rule."""
    return {
        "alerts": sum(len(one.ids) for one in members),
        "raised": [{"rule": one.rule, "found_sha256": one.found_sha256, "alerts": one.lines or []} for one in members],
    }


def listed_in(details: Mapping[str, Any]) -> list[int]:
    """The keys of the alerts an event `alert.raised_together` lists."""
    return [int(line.partition(" ")[0]) for one in details["raised"] for line in one["alerts"]]


def rungs_in(details: Mapping[str, Any]) -> list[tuple[int, int]]:
    """Key and rung of every alert an event `alert.raised_together` lists."""
    lines = [line for one in details["raised"] for line in one["alerts"]]
    return [(int(line.partition(" ")[0]), int(line.rsplit(" ", 2)[1])) for line in lines]


def together_text(details: Mapping[str, Any]) -> str:
    """Which rules, and how many alerts of each."""
    return ", ".join(
        _("{rule}: {alerts}").format(rule=rules.label_of(one["rule"]), alerts=len(one["alerts"]))
        for one in details["raised"]
    )
