"""What the minute cannot see: timers that were due and raised nothing, and timers that should stand or should not.

Every hour due timers are held against the alerts, every night the facts against the timers. Both put right what they
find, and finding anything is an alert itself: somewhere a step was taken that did not arm what it should have.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from audit.trail import actions as trail
from hukou.accounts.models import Office
from hukou.kernel import clock

from . import rules, terms, timers, watching
from .models import Timer
from .types import Healed

HOLE = "alerts.hole"
"""The rule that tells of what was put right."""
CHUNK = 2000
NAMED = 20
"""As many subjects are named with what was put right."""
GRACE = timedelta(minutes=10)
"""What is due for longer and was not raised has been overlooked; a sweep of a great backlog takes a few minutes."""
BITS = 2**29
"""Of the map of subjects that were named: 64 MB, in which one of ten million in fifty is taken for another."""

# Not held back on purpose, due, and nothing was raised for it: `fire_at` is wrong, or an alert was lost.
_OVERLOOKED = """
with overlooked as (
    select timer.id from alerts_timer timer
    left join lateral (
        select 1 as one from alerts_alert alert where alert.subject = timer.subject and alert.rule = timer.rule
            and alert.due_at = timer.due_at and alert.rung = timer.rung limit 1
    ) told on timer.rung > 0
    where (timer.fire_at is null or timer.fire_at <> timer.due_at)
      and timer.due_at <= %(before)s and timer.state in ('waiting', 'top') and timer.rule = any(%(rules)s)
      and (timer.rung > 0 and told.one is null
           or timer.rung = 0 and (timer.fire_at is null or timer.fire_at > %(before)s))
    order by timer.id limit %(chunk)s for update of timer skip locked
)
update alerts_timer timer set rung = 0, fire_at = timer.due_at, state = 'waiting'
from overlooked where timer.id = overlooked.id
returning timer.rule, timer.subject
"""
# Looking once too often does no harm: a mute may have ended, the calendar may have changed while no job ran.
_LOOK_AGAIN = """
update alerts_timer set fire_at = due_at
where id in (select id from alerts_timer
             where id > %(after)s and (fire_at is null or fire_at <> due_at) and state = any(%(states)s) and due_at <= %(now)s
             order by id limit %(chunk)s for update skip locked)
returning id
"""
_READ_ONLY = "set transaction isolation level repeatable read, read only"


@dataclass
class _Found:
    """What differs for one rule."""

    wrong: list[tuple[rules.Due, tuple[object, ...] | None]] = field(default_factory=list)
    """What should stand, and the timer that stands instead."""
    orphans: list[int] = field(default_factory=list)
    """Timers that should not stand."""


def catch_up() -> Healed:
    """Every hour: due timers against alerts, and facts against glances. What was overlooked is raised by the next sweep."""
    now = clock.now()
    # A rule whose first rung is days later raises nothing when it is due.
    at_once = [name for name, holds in terms.all_in_force().items() if holds.on and not holds.ladder[0].working_days]
    overlooked: dict[str, list[str]] = defaultdict(list, watching.unseen(now))
    while found := _overlooked({"before": now - GRACE, "rules": at_once, "chunk": CHUNK}):
        for rule, subject in found:
            overlooked[rule].append(subject)
    _look_again(["held", "failing"])
    for rule, subjects in overlooked.items():
        _report(rule, subjects, overlooked=len(subjects))
    return Healed(overlooked=Counter({rule: len(subjects) for rule, subjects in overlooked.items()}))


def reconcile() -> Healed:
    """Every night: the facts against the timers, rule by rule; and every timer that climbs is looked at again."""
    healed = Healed()
    for rule in rules.registered().values():
        if rule.standing is None:
            continue
        found = _compare(rule)
        armed = [subject for at in range(0, len(found.wrong), CHUNK) for subject in _arm(rule.name, found, at)]
        disarmed = [
            subject for at in range(0, len(found.orphans), CHUNK) for subject in _disarm(rule.name, found.orphans, at)
        ]
        if armed or disarmed:
            healed.armed[rule.name], healed.disarmed[rule.name] = len(armed), len(disarmed)
            _report(rule.name, armed + disarmed, armed=len(armed), disarmed=len(disarmed))
    _look_again(["waiting"])
    return healed


@transaction.atomic
def _overlooked(parameters: dict[str, Any]) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_OVERLOOKED, parameters)
        return [(rule, subject) for rule, subject in cursor.fetchall()]


def _look_again(states: list[str]) -> None:
    after = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_LOOK_AGAIN, {"after": after, "states": states, "now": clock.now(), "chunk": CHUNK})
            looked = cursor.fetchall()
        if not looked:
            return
        after = max(key for (key,) in looked)


def _compare(rule: rules.AlertRule) -> _Found:
    """Facts and timers of one moment: they are written in one transaction, so in one snapshot they agree.

    It only reads, so it holds nobody up, not even the sequencer of the trail.
    """
    assert rule.standing is not None
    found, salt = _Found(), clock.now().date().isoformat().encode()[:16]
    named = bytearray(BITS // 8)
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute(_READ_ONLY)
        for dues in _chunks(rule.standing()):
            for due in dues:
                bit = _bit(due.subject, salt)
                named[bit >> 3] |= 1 << (bit & 7)
            stands = _standing(rule.name, [due.subject for due in dues])
            for due in dues:
                if stands.get(due.subject) != (due.due_at, due.office_id):
                    found.wrong.append((due, stands.get(due.subject)))
        standing = Timer.objects.filter(rule=rule.name, happened=False).order_by()
        for key, subject in standing.values_list("pk", "subject").iterator(chunk_size=CHUNK):
            bit = _bit(subject, salt)
            if not named[bit >> 3] & 1 << (bit & 7):
                found.orphans.append(key)
    return found


def _chunks(dues: Iterator[rules.Due]) -> Iterator[list[rules.Due]]:
    while chunk := list(islice(dues, CHUNK)):
        yield chunk


def _standing(rule: str, subjects: Sequence[str]) -> dict[str, tuple[object, ...]]:
    rows = Timer.objects.filter(rule=rule, happened=False, subject__in=subjects)
    return {timer.subject: (timer.due_at, timer.office_id) for timer in rows.only("subject", "due_at", "office_id")}


def _bit(subject: str, salt: bytes) -> int:
    """The place of a subject in the map: another one every night, so that what hides behind another is found the next."""
    return int.from_bytes(hashlib.blake2b(subject.encode(), digest_size=8, salt=salt).digest()) % BITS


@transaction.atomic
def _arm(rule: str, found: _Found, at: int) -> list[str]:
    """Arm what should stand, unless an act has armed it meanwhile."""
    wrong = found.wrong[at : at + CHUNK]
    now = _standing(rule, [due.subject for due, _seen in wrong])
    dues = [due for due, seen in wrong if now.get(due.subject) == seen]
    timers.arm_each(rule, dues)
    return [due.subject for due in dues]


@transaction.atomic
def _disarm(rule: str, orphans: Sequence[int], at: int) -> list[str]:
    subjects = list(Timer.objects.filter(pk__in=orphans[at : at + CHUNK]).values_list("subject", flat=True))
    timers.disarm_each(rule, subjects)
    return subjects


@transaction.atomic
def _report(rule: str, subjects: Sequence[str], **counts: int) -> None:
    """A hole in arming is seen by those who answer for the system."""
    details = {"rule": rule, **counts, "subjects": sorted(subjects)[:NAMED]}
    trail.record("alert.timers_healed", subject=f"alerts.rule:{rule}", by=None, details=details)
    for office in Office.objects.filter(level=Office.Level.CITY):
        timers.tell(HOLE, f"alerts.rule:{rule}", office_id=office.pk, details={"rule": rule, **counts})


def register() -> None:
    """Called once at start-up."""
    rules.register(
        rules.AlertRule(
            HOLE,
            _("Alerts were not armed as they should have been"),
            about=_("Held against the facts, timers were missing, left over or overlooked; they have been put right."),
            kind=rules.Kind.SYSTEM,
            severity=3,
            ladder=rules.ONCE,
        )
    )
