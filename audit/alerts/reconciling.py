"""What the minute cannot see: timers that were due and raised nothing, and timers that should stand or should not.

Every hour due timers are held against the alerts, every night the facts against the timers. Both put right what they
find, and finding anything is an alert itself: somewhere a step was taken that did not arm what it should have.
"""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from audit.trail import actions as trail
from hukou.accounts.models import Office
from hukou.kernel import clock

from . import rules, timers
from .models import Timer
from .types import HealReport

HOLE = "alerts.hole"
"""The rule that tells of what was put right."""
CHUNK = 2000
NAMED = 20
"""Subjects named with what was healed."""
GRACE = timedelta(minutes=10)
"""A sweep may take so long; what is due for longer and was not raised has been overlooked."""

# Not held back on purpose, due, and nothing was raised for it: `fire_at` is wrong, or an alert was lost.
_OVERLOOKED = """
with overlooked as (
    select timer.id from alerts_timer timer
    where timer.due_at <= %(before)s and timer.state in ('waiting', 'top') and timer.rule = any(%(rules)s)
      and (timer.rung = 0 and (timer.fire_at is null or timer.fire_at > %(before)s)
           or timer.rung > 0 and not exists (
               select from alerts_alert alert
               where alert.subject = timer.subject and alert.rule = timer.rule and alert.due_at = timer.due_at))
    limit %(chunk)s
)
update alerts_timer timer set rung = 0, fire_at = timer.due_at, state = 'waiting'
from overlooked where timer.id = overlooked.id
returning timer.rule, timer.subject
"""
# What is muted no more, or is tried again: looking once too often does no harm.
_LOOK_AT_HELD = """
update alerts_timer set fire_at = due_at where state in ('held', 'failing') and due_at <= %(before)s
  and (fire_at is null or fire_at > %(before)s) and rule = any(%(rules)s)
"""
