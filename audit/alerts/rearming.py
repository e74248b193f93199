"""Arm anew what a rule reckons from a threshold in working time: after an edit of the calendar, and when its terms change.

What follows from a row that is projected anew (the limits of a case) follows by itself.
"""

from __future__ import annotations

from itertools import islice

from django.db import transaction

from . import rules, timers
from .models import Timer

AT_ONCE = 1000


def defer(rule: rules.AlertRule) -> None:
    """A job that begins when the running transaction ends; none for a rule that reckons with no threshold."""
    from .tasks import rearm

    if rule.standing is not None and rule.params:
        rearm.defer(rule=rule.name)


def on_edit(sender: object, **_more: object) -> None:
    """Hears `hukou.calendar.signals.edited`."""
    for rule in rules.registered().values():
        defer(rule)


def go(name: str) -> int:
    """Let the timers of the rule stand as they should now; returns how many were looked at. May be done twice.

    Only timers that stand are touched, and each is held first: what an act disarms meanwhile stays disarmed.
    """
    rule, done = rules.get(name), 0
    if rule is None or rule.standing is None:
        return 0
    dues = rule.standing()
    while chunk := {due.subject: due for due in islice(dues, AT_ONCE)}:
        with transaction.atomic():
            held = Timer.objects.select_for_update().filter(rule=name, happened=False, subject__in=chunk)
            subjects = list(held.order_by("pk").values_list("subject", flat=True))
            timers.arm_each(name, [chunk[subject] for subject in subjects])
        done += len(chunk)
    return done
