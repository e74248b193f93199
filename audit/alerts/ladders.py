"""The ladder of one alert for its page: who was told when, who will be told when, and why nobody will."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hukou.accounts.models import Duty, Office
from hukou.calendar import queries as calendar
from hukou.kernel import clock

from . import climbing, muting, rules, terms
from .models import Alert, Timer


@dataclass(frozen=True)
class Step:
    """One rung."""

    number: int
    office: Office
    role: str
    due_at: datetime
    alert: Alert | None
    """What was raised; None while it has not been, or never will be."""


@dataclass(frozen=True)
class Ladder:
    """All rungs of a matter."""

    steps: list[Step]
    climbs: bool
    """Whether rungs that are not raised will be."""
    muted_until: datetime | None
    """While the rule is silent about it."""
    off: bool
    """The rule is switched off."""


def of(alert: Alert) -> Ladder:
    """The ladder of the matter an alert is about, as the terms now in force have it; rungs that were raised stay."""
    raised = {
        one.rung: one
        for one in Alert.objects.filter(rule=alert.rule, subject=alert.subject, due_at=alert.due_at).select_related(
            "office", "acknowledged_by", "closed_by"
        )
    }
    known = rules.get(alert.rule)
    holds = terms.of(alert.rule) if known else None
    timer = Timer.objects.filter(rule=alert.rule, subject=alert.subject, due_at=alert.due_at).first()
    offices = Office.objects.in_bulk()
    steps = [Step(one.rung, one.office, one.role, one.raised_at, one) for one in raised.values()]
    if holds is not None and known is not None:
        concerned = alert.concerned_id or alert.office_id
        reckoned, led = climbing.Ladder(calendar.working_time().calendar), _led()
        for rung in holds.ladder:
            if rung.number not in raised:
                told = climbing.told(concerned, rung.level, offices, led)
                at = reckoned.moment(alert.due_at, rung)
                steps.append(Step(rung.number, offices[told.office_id], told.role, at, None))
    steps.sort(key=lambda step: step.number)
    mutes = muting.in_force(clock.now(), offices)
    until = mutes.until(alert.rule, alert.subject, alert.concerned_id or alert.office_id) if timer else None
    climbs = timer is not None and timer.state != Timer.State.TOP
    return Ladder(steps, climbs, until, off=holds is not None and not holds.on)


def _led() -> frozenset[int]:
    leaders = Duty.objects.in_force(clock.today()).filter(role=Duty.Role.STATION_LEADER)
    return frozenset(leaders.values_list("office_id", flat=True))
