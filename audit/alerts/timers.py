"""Arm, disarm and tell: what an act does in its own transaction, so that nothing late goes unseen."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from audit.trail import actions as trail
from audit.trail.entries import check_details
from hukou.accounts.models import Office
from hukou.kernel import clock

from . import firing, rules
from .errors import NotArmed

LONGEST_SUBJECT = 80
_ARM = """
select alerts_arm(%(rule)s, due.subject, due.case_id, office.id, due.due_at, due.details, %(now)s)
from jsonb_to_recordset(%(dues)s::jsonb)
         as due(subject text, case_id bigint, office_id bigint, due_at timestamptz, details jsonb)
join accounts_office office on office.id = due.office_id
"""
_DISARM = "select alerts_disarm(%s, subject, %s) from unnest(%s::text[]) subject"
_TELL = """
insert into alerts_timer (rule, subject, case_id, office_id, due_at, rung, fire_at, state, happened, details)
select %(rule)s, due.subject, due.case_id, office.id, due.due_at, 0, due.due_at, 'waiting', true, due.details
from jsonb_to_recordset(%(dues)s::jsonb)
         as due(subject text, case_id bigint, office_id bigint, due_at timestamptz, details jsonb)
join accounts_office office on office.id = due.office_id
on conflict (rule, subject, due_at) where happened do nothing
returning id
"""
log = logging.getLogger(__name__)


def arm(
    rule: str,
    subject: str,
    *,
    office_id: int,
    due_at: datetime | None,
    details: Mapping[str, Any] | None = None,
    case_id: int | None = None,
) -> None:
    """Let a timer of `rule` stand for `subject` until it is disarmed.

    The same due moment again keeps the rung and renews office and details: the next rung tells the new office.
    Another one begins at the first rung again, and what was raised for the old one is settled. No due moment (the
    clock is suspended) disarms. Raises NotArmed: rule unknown, no such office, or details the trail would refuse.
    """
    if due_at is None:
        disarm(rule, subject)
        return
    given = _given(rule, [rules.Due(subject, office_id, due_at, details or {}, case_id)])
    with connection.cursor() as cursor:
        cursor.execute(_ARM, given)
        if not cursor.fetchall():
            raise NotArmed(rule=rule)


def arm_each(rule: str, dues: Sequence[rules.Due]) -> bool:
    """Arm several in one statement. False when one could not be armed; the others are, and the log says which not."""
    good = []
    for due in dues:
        try:
            good.append(_row(rule, due))
        except NotArmed:
            log.exception("%s cannot be armed for %s", rule, due.subject)
    if not good:
        return len(good) == len(dues)
    with connection.cursor() as cursor:
        cursor.execute(_ARM, {"rule": rule, "dues": json.dumps(good), "now": clock.now()})
        return len(cursor.fetchall()) == len(dues)


def disarm(rule: str, subject: str) -> None:
    """The fact is over: no rung follows, and open alerts of it are settled; each is still closed with a record."""
    disarm_each(rule, [subject])


def disarm_each(rule: str, subjects: Sequence[str]) -> None:
    """Disarm several in one statement. Raises NotArmed when there is no such rule."""
    if rules.get(rule) is None:
        raise NotArmed(rule=rule)
    if subjects:
        with connection.cursor() as cursor:
            cursor.execute(_DISARM, [rule, clock.now(), list(subjects)])


@transaction.atomic(savepoint=False)
def tell(
    rule: str,
    subject: str,
    *,
    office_id: int,
    details: Mapping[str, Any] | None = None,
    case_id: int | None = None,
) -> None:
    """Something happened: raise one alert now, in this transaction. It climbs further rungs until it is closed.

    Two things of one rule about the same subject in the same microsecond are one. Raises NotArmed as `arm` does.
    """
    now = clock.now()
    given = _given(rule, [rules.Due(subject, office_id, now, details or {}, case_id)])
    with connection.cursor() as cursor:
        cursor.execute(_TELL, given)
        told = cursor.fetchone()
    if told is not None:
        firing.fire_one(told[0], now)
    elif not Office.objects.filter(pk=office_id).exists():
        raise NotArmed(rule=rule)


def _given(rule: str, dues: Sequence[rules.Due]) -> dict[str, Any]:
    return {"rule": rule, "dues": json.dumps([_row(rule, due) for due in dues]), "now": clock.now()}


def _row(rule: str, due: rules.Due) -> dict[str, Any]:
    details = dict(due.details)
    try:
        check_details(details)
        case = trail.case_of(due.subject) if due.case_id is None else due.case_id
    except ValueError as fault:
        raise NotArmed(rule=rule) from fault
    if rules.get(rule) is None or len(due.subject) > LONGEST_SUBJECT:
        raise NotArmed(rule=rule)
    return {
        "subject": due.subject,
        "case_id": case,
        "office_id": due.office_id,
        "due_at": due.due_at.isoformat(),
        "details": details,
    }
