"""Watched facts: what a rule finds is compared with the timers that stand for it; what is new is armed, what is over disarmed."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from hukou.kernel import once

from . import glancing, rules, terms, timers
from .models import Timer

Said = tuple[Any, ...]
"""Due moment, office and details of a timer."""
log = logging.getLogger(__name__)

_WAIT = "select pg_advisory_xact_lock_shared(hashtext('alerts.watch'), hashtext(%s))"
_TAKE = "select pg_try_advisory_xact_lock(hashtext('alerts.watch'), hashtext(%s))"


def watch(moment: datetime) -> set[str]:
    """Let timers stand for exactly what is true at `moment`; the names of the rules that failed, which stop no other.

    As a rule nothing can be true and a glance says so. What can be is compared first without a lock or a transaction,
    for as a rule it was true a minute ago.
    """
    failed = set[str]()
    with once.remembered():  # terms and calendar of this sweep
        holding = terms.all_in_force(moment)
        watched = _watched(holding)
        stands = _standing([rule.name for rule in watched])
        worth_asking = glancing.worth_asking(watched, holding, moment)
        for rule in watched:
            if rule.name not in worth_asking and not stands[rule.name]:
                continue
            try:
                with _apart():
                    nothing_new = _same(_found(rule, moment), stands[rule.name])
                if nothing_new or _arm_what_is_new(rule, moment):
                    continue
            except Exception:
                log.exception("alert rule %s failed", rule.name)
            failed.add(rule.name)
    return failed


def unseen(moment: datetime) -> dict[str, list[str]]:
    """Arms what a glance hides and the fact names all the same, by rule: nothing, unless a glance is wrong."""
    hidden: dict[str, list[str]] = {}
    with once.remembered():
        holding = terms.all_in_force(moment)
        watched = _watched(holding)
        stands = _standing([rule.name for rule in watched])
        worth_asking = glancing.worth_asking(watched, holding, moment)
        for rule in watched:
            if rule.name in worth_asking:
                continue
            try:
                with _apart():
                    new = _found(rule, moment).keys() - stands[rule.name].keys()
                # It may have become true just now.
                if new and not glancing.worth_asking([rule], holding, moment) and _arm_what_is_new(rule, moment):
                    hidden[rule.name] = sorted(new)
            except Exception:
                log.exception("alert rule %s failed", rule.name)
    return hidden


def _watched(holding: Mapping[str, terms.Terms]) -> list[rules.AlertRule]:
    return [rule for rule in rules.registered().values() if rule.find is not None and holding[rule.name].on]


def _apart() -> AbstractContextManager[object]:
    """A fact that fails spoils no transaction it is asked in."""
    return transaction.atomic() if connection.in_atomic_block else nullcontext()


@transaction.atomic
def _arm_what_is_new(rule: rules.AlertRule, moment: datetime) -> bool:
    """False when a thing that was found cannot be armed.

    One sweep at a time asks for a fact. Another waits for it, for what it raises next rests on the answer, and does not
    ask again.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [rule.name])
        if cursor.fetchone() == (False,):
            cursor.execute(_WAIT, [rule.name])
            return True
    found, stands = _found(rule, moment), _standing([rule.name])[rule.name]
    good = timers.arm_each(rule.name, [due for due in found.values() if _said(due) != stands.get(due.subject)])
    timers.disarm_each(rule.name, [subject for subject in stands if subject not in found])
    return good


def _found(rule: rules.AlertRule, moment: datetime) -> dict[str, rules.Due]:
    """What is true by subject; of two moments the earlier."""
    assert rule.find is not None
    found: dict[str, rules.Due] = {}
    for due in rule.find(moment):
        known = found.get(due.subject)
        if known is None or due.due_at < known.due_at:
            found[due.subject] = due
    return found


def _standing(names: list[str]) -> dict[str, dict[str, Said]]:
    """What timers say, by rule and subject."""
    stands: dict[str, dict[str, Said]] = {name: {} for name in names}
    rows = Timer.objects.filter(rule__in=names, happened=False)
    for rule, subject, *said in rows.values_list("rule", "subject", "due_at", "office_id", "details"):
        stands[rule][subject] = tuple(said)
    return stands


def _same(found: dict[str, rules.Due], stands: dict[str, Said]) -> bool:
    return {subject: _said(due) for subject, due in found.items()} == stands


def _said(due: rules.Due) -> Said:
    return due.due_at, due.office_id, dict(due.details)
