"""The sweep: ask the watched facts, then raise every timer that is due. Any number of sweeps may run at once."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from hukou.kernel import clock

from . import firing, rules, telling, terms, watching
from .types import SweepReport

BATCH = 500  # alerts per transaction
log = logging.getLogger(__name__)

# The unique constraint decides who raises an alert: a second sweep waits for the first and then does nothing.
_RAISE = """
insert into alerts_alert (rule, subject, case_id, office_id, role, concerned_id, due_at, rung, details, raised_at,
                          closing_record)
select %(rule)s, due.subject, substring(due.subject from '^cases[.]case:([0-9]+)$')::bigint, due.office_id, 'office',
       due.office_id, due.due_at, due.rung, due.details, %(now)s, ''
from jsonb_to_recordset(%(dues)s::jsonb)
    as due(subject text, office_id bigint, due_at timestamptz, rung smallint, details jsonb)
on conflict on constraint alert_once_per_rung do nothing
returning id
"""


def sweep(now: datetime | None = None) -> SweepReport:
    """Raise every alert that is due at `now` (default: the present) and has not been raised. Run it as often as you like.

    An interrupted sweep keeps what it did and the next does the rest. A rule that fails is logged and named in the
    report; it does not stop the others.
    """
    moment = now or clock.now()
    raised: Counter[str] = Counter(dict.fromkeys(rules.registered(), 0))
    failed: set[str] = set()
    holding = terms.all_in_force(moment)
    for rule in rules.registered().values():
        if rule.find is None or not holding[rule.name].on:
            continue
        try:
            if rule.kind is None:
                raised[rule.name] += _sweep_rule(rule, moment)
            elif not watching.watch(rule, moment):
                failed.add(rule.name)
        except Exception:
            log.exception("alert rule %s failed", rule.name)
            failed.add(rule.name)
    fired, unfired = firing.fire(moment)
    failed |= unfired
    raised.update(fired)
    by_rule = {name: count for name, count in raised.items() if count or name not in failed}
    return SweepReport(raised.total(), by_rule, tuple(sorted(failed)))


def _sweep_rule(rule: rules.AlertRule, moment: datetime) -> int:
    assert rule.find is not None
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
    telling.record_each(ids)
    return len(ids)
