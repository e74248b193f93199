"""The alerts that stand for invented cases: a verb arms its own as it acts, and here none has acted."""

from __future__ import annotations

from itertools import islice

from audit.alerts import actions as alerts
from audit.alerts import rules
from workflows.approvals import late_answers, late_notices
from workflows.cases import timers

BY_VERBS = (late_notices.NOT_READ, late_answers.RULE)
"""Rules no trigger arms."""
TOGETHER = 2_000


def arm(*, past_triggers: bool) -> None:
    """Arm what does not stand yet. `past_triggers`: rows were written that no trigger saw, so their alerts are missing too."""
    if past_triggers:
        timers.arm_all()
    for name in BY_VERBS:
        rule = rules.registered()[name]
        assert rule.standing is not None
        standing = rule.standing()
        while dues := list(islice(standing, TOGETHER)):
            alerts.arm_each(name, dues)
