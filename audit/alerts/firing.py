"""Timers that are due: claimed, raised rung by rung, and set to their next rung. Any number of sweeps may do it at once.

A claim is a row lock that others pass by, so two sweeps never have the same timer; the unique constraint of the alerts
would still let only one raise. What is raised follows from due moment, terms and calendar alone.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction

from hukou.accounts.models import Duty, Office
from hukou.calendar import queries as calendar
from hukou.kernel import clock
from hukou.kernel.clock import CITY_TIME

from . import climbing, muting, telling, terms
from .models import Timer

BATCH = 1000
TRY_AGAIN = timedelta(minutes=10)
"""After so long a timer that could not be raised is tried again."""
log = logging.getLogger(__name__)

_CLAIM = """
select id, rule, subject, office_id, due_at, rung, happened from alerts_timer
where fire_at <= %s order by fire_at limit %s for update skip locked
"""
_CLAIM_THESE = """
select id, rule, subject, office_id, due_at, rung, happened from alerts_timer
where id = any(%s) and fire_at <= %s for update skip locked
"""
_MOVE = """
update alerts_timer timer set rung = moved.rung, fire_at = moved.fire_at, state = moved.state
from unnest(%(ids)s::bigint[], %(rungs)s::smallint[], %(fires)s::timestamptz[], %(states)s::text[])
    as moved (id, rung, fire_at, state)
where timer.id = moved.id
"""
_DROP = "delete from alerts_timer where id = any(%s)"
_SET_ASIDE = "update alerts_timer set fire_at = %s, state = 'failing' where id = %s"


class Claimed(NamedTuple):
    """A timer this sweep holds."""

    id: int
    rule: str
    subject: str
    office_id: int
    due_at: datetime
    rung: int
    happened: bool


@dataclass(frozen=True)
class Ground:
    """What holds while a batch is raised; nobody changes it until the batch is done."""

    moment: datetime
    terms: dict[str, terms.Terms]
    ladder: climbing.Ladder
    offices: dict[int, Office]
    led: frozenset[int]
    mutes: muting.InForce

    @classmethod
    def hold(cls, moment: datetime) -> Ground:
        """Read it and keep others from changing it until the running transaction ends."""
        terms.hold()
        working = calendar.working_time(hold=True)
        leaders = Duty.objects.in_force(moment.astimezone(CITY_TIME).date()).filter(role=Duty.Role.STATION_LEADER)
        offices = Office.objects.in_bulk()
        return cls(
            moment,
            terms.all_in_force(moment),
            climbing.Ladder(working.calendar),
            offices,
            frozenset(leaders.values_list("office_id", flat=True)),
            muting.in_force(moment, offices),
        )


@dataclass
class Moves:
    """Where the timers of a batch go."""

    ids: list[int]
    rungs: list[int]
    fires: list[datetime | None]
    states: list[str]
    over: list[int]

    def put(self, timer: Claimed, rung: int, fire_at: datetime | None, state: str) -> None:
        """`timer` has reached `rung` and is looked at again at `fire_at`."""
        self.ids.append(timer.id)
        self.rungs.append(rung)
        self.fires.append(fire_at)
        self.states.append(state)


def fire(moment: datetime) -> tuple[Counter[str], set[str]]:
    """Raise every rung that is due at `moment`; how many of each rule, and the rules of which one could not be raised.

    Each batch is a transaction of its own, so an interrupted sweep keeps what it did and the next does the rest.
    """
    raised: Counter[str] = Counter()
    failed: set[str] = set()
    while True:
        claimed: list[Claimed] = []
        try:
            raised += _batch(moment, claimed)
        except Exception:
            if not claimed:
                raise
            log.exception("a batch of %d timers could not be raised; each is tried by itself", len(claimed))
            failed |= _one_by_one(claimed, moment, raised)
        if not claimed:
            return raised, failed


def fire_one(timer: int, moment: datetime) -> None:
    """Raise what is due of one timer, in the running transaction."""
    _raise(_claim(_CLAIM_THESE, [[timer], moment]), moment)


@transaction.atomic
def _batch(moment: datetime, claimed: list[Claimed]) -> Counter[str]:
    claimed += _claim(_CLAIM, [moment, BATCH])
    return _raise(claimed, moment) if claimed else Counter()


def _one_by_one(claimed: Sequence[Claimed], moment: datetime, raised: Counter[str]) -> set[str]:
    """One bad timer must not stop the others: it is set aside for a while, and its rule is named."""
    failed = set()
    for timer in claimed:
        try:
            with transaction.atomic():
                raised += _raise(_claim(_CLAIM_THESE, [[timer.id], moment]), moment)
        except Exception:
            log.exception("timer %d of %s could not be raised", timer.id, timer.rule)
            failed.add(timer.rule)
            with connection.cursor() as cursor:
                cursor.execute(_SET_ASIDE, [moment + TRY_AGAIN, timer.id])
    return failed


def _claim(statement: str, parameters: list[Any]) -> list[Claimed]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [Claimed(*row) for row in cursor.fetchall()]


def _raise(claimed: Sequence[Claimed], moment: datetime) -> Counter[str]:
    """Raise what is due of timers that are held, and move them on."""
    ground, moves = Ground.hold(moment), Moves([], [], [], [], [])
    due = [one for timer in claimed for one in _due(timer, ground, moves)]
    raised = telling.raise_alerts(due, clock.now())
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, {"ids": moves.ids, "rungs": moves.rungs, "fires": moves.fires, "states": moves.states})
        if moves.over:
            cursor.execute(_DROP, [moves.over])
    return raised


def _due(timer: Claimed, ground: Ground, moves: Moves) -> Iterator[telling.Rising]:
    """The rungs of `timer` that are due and not raised yet, and where it goes from here."""
    holds = ground.terms.get(timer.rule)
    if holds is None or not holds.on:
        moves.put(timer, timer.rung, holds.until if holds else None, Timer.State.HELD)
        return
    until = ground.mutes.until(timer.rule, timer.subject, timer.office_id)
    if until is not None:
        moves.put(timer, timer.rung, until, Timer.State.HELD)
        return
    reached, next_at = timer.rung, None
    for rung in holds.ladder[timer.rung :]:
        at = ground.ladder.moment(timer.due_at, rung)
        if at > ground.moment:
            next_at = at
            break
        told = climbing.told(timer.office_id, rung.level, ground.offices, ground.led)
        yield telling.Rising(timer.id, rung.number, told.office_id, told.role)
        reached = rung.number
    if next_at is None and timer.happened:
        moves.over.append(timer.id)
        return
    look_at = min((at for at in (next_at, holds.until) if at is not None), default=None)
    moves.put(timer, reached, look_at, Timer.State.TOP if next_at is None else Timer.State.WAITING)
