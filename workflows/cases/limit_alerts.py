"""Alert rules of the time limits: a step soon due, a step late, a case late (invariant 11 of domain.md)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from audit.alerts import rules
from audit.alerts.rules import Kind

from . import timers

STEP_SOON, STEP_LATE, CASE_LATE = "case.step_soon", "case.step_late", "case.late"
ALL = (STEP_SOON, STEP_LATE, CASE_LATE)


def register() -> None:
    """Called once at start-up. All are armed by the row of the case (`timers`) and tell the office whose turn it is."""
    rules.register(
        rules.AlertRule(
            STEP_SOON,
            label=_("Step soon past its time limit"),
            about=_("Four fifths of the working time of a step are used."),
            kind=Kind.SOON,
            severity=1,
            ladder=rules.ONCE,
            standing=timers.standing_of(STEP_SOON),
        )
    )
    rules.register(
        rules.AlertRule(
            STEP_LATE,
            label=_("Step past its time limit"),
            about=_("The working time of a step is used up and it has not been decided."),
            kind=Kind.LATE,
            standing=timers.standing_of(STEP_LATE),
        )
    )
    rules.register(
        rules.AlertRule(
            CASE_LATE,
            label=_("Case past its time limit"),
            about=_("The working time the sub-type promises is used up and the case has not been decided."),
            kind=Kind.LATE,
            severity=3,
            standing=timers.standing_of(CASE_LATE),
        )
    )
