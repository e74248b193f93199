"""The sweep: ask every rule what is due, raise what has not been raised. Any number of sweeps may run at once."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from audit.trail import actions as trail
from hukou.kernel import clock, push

from . import rules
from .models import Alert
from .types import SweepReport

BATCH = 500  # alerts per transaction
log = logging.getLogger(__name__)

# The unique constraint decides who raises an alert: a second sweep waits for the first and then does nothing.
_RAISE = """
insert into alerts_alert (rule, subject, office_id, due_at, rung, details, raised_at, closing_record)
select %(rule)s, due.subject, due.office_id, due.due_at, due.rung, due.details, %(now)s, ''
from jsonb_to_recordset(%(dues)s::jsonb)
    as due(subject text, office_id bigint, due_at timestamptz, rung smallint, details jsonb)
on conflict on constraint alert_once_per_rung do nothing
returning id
"""


def sweep(now: datetime | None = None) -> SweepReport:
    """Raise every alert that is due at `now` (default: the present) and has not been raised. Run it as often as you like.

    Each batch is a transaction of its own, so an interrupted sweep keeps what it did and the next does the rest.
    A rule that fails is logged and named in the report; it does not stop the others.
    """
    moment = now or clock.now()
    raised: dict[str, int] = {}
    failed: list[str] = []
    for rule in rules.registered().values():
        try:
            raised[rule.name] = _sweep_rule(rule, moment)
        except Exception:
            log.exception("alert rule %s failed", rule.name)
            failed.append(rule.name)
    return SweepReport(sum(raised.values()), raised, tuple(failed))


def _sweep_rule(rule: rules.AlertRule, moment: datetime) -> int:
    with transaction.atomic():
        # All sweeps raise in the same order, so that they wait for each other and never in a circle.
        dues = sorted(rule.find(moment), key=lambda due: (due.subject, due.due_at, due.rung))
    return sum(_raise(rule, dues[at : at + BATCH]) for at in range(0, len(dues), BATCH))


@transaction.atomic
def _raise(rule: rules.AlertRule, dues: Sequence[rules.Due]) -> int:
    """Raise those of `dues` that are new, write them to the trail and tell the offices."""
    rows = [
        {
            "subject": due.subject,
            "office_id": due.office_id,
            "due_at": due.due_at.isoformat(),
            "rung": due.rung,
            "details": dict(due.details),
        }
        for due in dues
    ]
    with connection.cursor() as cursor:
        cursor.execute(_RAISE, {"rule": rule.name, "now": clock.now(), "dues": json.dumps(rows)})
        ids = [pk for (pk,) in cursor.fetchall()]
    for alert in Alert.objects.filter(pk__in=ids).select_related("office").order_by("pk"):
        trail.record(
            "alert.raised",
            subject=alert,
            by=None,
            office=alert.office,
            case=trail.case_of(alert.subject),
            details={
                "rule": alert.rule,
                "about": alert.subject,
                "due_at": alert.due_at.isoformat(),
                "rung": alert.rung,
                "found": alert.details,
            },
        )
        push.announce(group=f"office-{alert.office_id}", kind="alert_raised", alert=alert.pk)
    return len(ids)
