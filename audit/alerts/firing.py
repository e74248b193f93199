"""Timers that are due: claimed, raised rung by rung, and set to their next rung. Any number of sweeps may do it at once.

A claim is a row lock that others pass by, so two sweeps never have the same timer; the unique constraint of the alerts
would still let only one raise. What is raised follows from due moment, terms and calendar alone.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from hukou.calendar import queries as calendar
from hukou.kernel import clock

from . import climbing, muting, rules, statements, telling, terms
from .models import Timer

BATCH = 2000
TRY_AGAIN = timedelta(minutes=10)
"""After so long a timer that could not be raised is tried again."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Claim:
    """Timers this sweep holds."""

    ids: list[int]
    days: list[date]
    """The days of the city on which they were due."""
    offices: list[int]


def fire(moment: datetime) -> tuple[Counter[str], set[str]]:
    """Raise every rung that is due at `moment`; how many of each rule, and the rules of which one could not be raised.

    Each batch is a transaction of its own, so an interrupted sweep keeps what it did and the next does the rest.
    """
    raised: Counter[str] = Counter()
    failed: set[str] = set()
    chains = climbing.Chains(moment)
    while True:
        claimed: list[int] = []
        try:
            raised += _batch(moment, claimed, chains)
        except Exception:
            if not claimed:
                raise
            log.exception("a batch of %d timers could not be raised; each is tried by itself", len(claimed))
            failed |= _one_by_one(claimed, moment, raised)
        if not claimed:
            return raised, failed


def fire_one(timer: int, moment: datetime) -> None:
    """Raise what is due of one timer, in the running transaction."""
    _raise(_claim(statements.CLAIM_ONE, [timer, moment]), moment, climbing.Chains(moment))


@transaction.atomic
def _batch(moment: datetime, claimed: list[int], chains: climbing.Chains) -> Counter[str]:
    claim = _claim(statements.CLAIM, [moment, BATCH])
    claimed += claim.ids
    return _raise(claim, moment, chains)


def _one_by_one(claimed: list[int], moment: datetime, raised: Counter[str]) -> set[str]:
    """One bad timer must not stop the others: it is set aside for a while, and its rule is named."""
    failed: set[str] = set()
    chains = climbing.Chains(moment)
    for key in claimed:
        try:
            with transaction.atomic():
                raised += _raise(_claim(statements.CLAIM_ONE, [key, moment]), moment, chains)
        except Exception:
            log.exception("timer %d could not be raised", key)
            aside = Timer.objects.filter(pk=key)
            failed.update(aside.values_list("rule", flat=True))
            aside.update(fire_at=moment + TRY_AGAIN, state=Timer.State.FAILING)
    return failed


def _claim(statement: str, parameters: list[Any]) -> Claim:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return Claim(*(found or [] for found in cursor.fetchone()))


def _raise(claim: Claim, moment: datetime, chains: climbing.Chains) -> Counter[str]:
    """Raise what is due of timers that are held, and move them on: one statement, whatever their number.

    Nobody changes terms, mutes or the calendar until the running transaction ends.
    """
    if not claim.ids:
        return Counter()
    terms.hold()
    holding = terms.all_in_force(moment)
    ladder = climbing.Ladder(calendar.working_time(hold=True).calendar)
    steps = [(name, rung) for name, holds in holding.items() if holds.on for rung in holds.ladder]
    days = [(day, after) for day in claim.days for after in {rung.working_days for _name, rung in steps}]
    told = [(office, level, chains.told(office, level)) for office in claim.offices for level in rules.Level]
    mutes = list(muting.in_force(moment, chains.offices).spread())
    longest = max((len(holds.ladder) for holds in holding.values()), default=1)
    return telling.raise_alerts(
        {
            "now": moment,
            "ids": claim.ids,
            "rules": [name for name, holds in holding.items() if holds.on],
            "other_terms": [holds.until for holds in holding.values() if holds.on],
            "off": [name for name, holds in holding.items() if not holds.on],
            "on_again": [holds.until for holds in holding.values() if not holds.on],
            "step_rules": [name for name, _rung in steps],
            "step_rungs": [rung.number for _name, rung in steps],
            "step_days": [rung.working_days for _name, rung in steps],
            "step_levels": [str(rung.level) for _name, rung in steps],
            "days": [day for day, _after in days],
            "afters": [after for _day, after in days],
            "ons": [ladder.day(day, after) for day, after in days],
            "offices": [office for office, _level, _told in told],
            "levels": [str(level) for _office, level, _told in told],
            "tolds": [one.office_id for _office, _level, one in told],
            "roles": [str(one.role) for _office, _level, one in told],
            "mute_rules": [rule for rule, _office, _subject, _until in mutes],
            "mute_offices": [office for _rule, office, _subject, _until in mutes],
            "mute_subjects": [subject for _rule, _office, subject, _until in mutes],
            "mute_untils": [until for _rule, _office, _subject, until in mutes],
        },
        at_most=len(claim.ids) * longest,
        now=clock.now(),
    )
