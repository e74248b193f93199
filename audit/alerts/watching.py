"""Watched facts: what a rule finds is compared with the timers that stand for it; what is new is armed, what is over disarmed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from . import rules, timers
from .models import Timer

_WAIT = "select pg_advisory_xact_lock_shared(hashtext('alerts.watch'), hashtext(%s))"
_TAKE = "select pg_try_advisory_xact_lock(hashtext('alerts.watch'), hashtext(%s))"


@transaction.atomic
def watch(rule: rules.AlertRule, moment: datetime) -> bool:
    """Let timers stand for exactly what is true at `moment`. False when a thing that was found cannot be armed.

    One sweep at a time asks for a fact. Another waits for it, for what it raises next rests on the answer, and does not
    ask again.
    """
    assert rule.find is not None
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [rule.name])
        if cursor.fetchone() == (False,):
            cursor.execute(_WAIT, [rule.name])
            return True
    found: dict[str, rules.Due] = {}
    for due in rule.find(moment):
        known = found.get(due.subject)
        if known is None or due.due_at < known.due_at:
            found[due.subject] = due
    standing = Timer.objects.filter(rule=rule.name, happened=False)
    stands = {timer.subject: timer for timer in standing.iterator(chunk_size=2000)}
    good = timers.arm_each(rule.name, [due for due in found.values() if _differs(due, stands.get(due.subject))])
    timers.disarm_each(rule.name, [subject for subject in stands if subject not in found])
    return good


def _differs(due: rules.Due, timer: Timer | None) -> bool:
    if timer is None:
        return True
    said: tuple[Any, ...] = (due.due_at, due.office_id, dict(due.details))
    return said != (timer.due_at, timer.office_id, timer.details)
