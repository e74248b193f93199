"""Alerts about unusual use: what the rules of `audit.trail.unusual` find in the acts of officers, told once for each finding.

Act by an officer outside their office or outside hours (domain.md §4.2) and the others are looked for every hour over
today and yesterday; a finding has the same key whenever the rules are run.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.trail.unusual import reading, registry
from hukou.accounts.models import Office
from hukou.kernel import clock

from . import rules, timers
from .models import Alert
from .rules import Kind, Level, Rung

LADDER = (Rung(1, 0, Level.BRANCH), Rung(2, 5, Level.CITY))
ABOUT: dict[str, Promise] = {
    "foreign_cases": _("An officer opened or tried cases with which their office has no business."),
    "off_hours": _("An officer used the system at night or on a day that is not worked."),
    "bulk_viewing": _("An officer looked at more cases or pages within an hour than work needs."),
    "unopened_searches": _("An officer searched for many people in a day and opened no case afterwards."),
    "many_refusals": _("Many requests of an officer within an hour were not granted."),
    "several_workstations": _("An officer was at two machines at once."),
}


def name_of(rule: str) -> str:
    """The alert rule of a rule of unusual use."""
    return f"use.{rule}"


def look(now: datetime | None = None) -> int:
    """Tell what is new among the findings of today and yesterday; returns how many were told."""
    moment = now or clock.now()
    yesterday = moment.astimezone(clock.CITY_TIME).date() - timedelta(days=1)
    found = reading.report(datetime.combine(yesterday, time(), clock.CITY_TIME), moment).findings
    about = {f"unusual.finding:{finding.key}": finding for finding in found if finding.rule in ABOUT}
    told = set(Alert.objects.filter(subject__in=about).values_list("subject", flat=True))
    city = Office.objects.filter(level=Office.Level.CITY).values_list("pk", flat=True).first()
    new = [subject for subject in about if subject not in told]
    for subject in sorted(new):
        finding = about[subject]
        office = finding.office_id or city
        if office is not None:
            with transaction.atomic():
                details = {"officer": finding.officer_id, "count": finding.count, "since": finding.since.isoformat()}
                timers.tell(name_of(finding.rule), subject, office_id=office, details=details)
    return len(new)


def register() -> None:
    """Called once at start-up, when the trail has made its rules known."""
    for rule in registry.registered().values():
        if rule.name in ABOUT:
            rules.register(
                rules.AlertRule(
                    name_of(rule.name), label=rule.label, about=ABOUT[rule.name], kind=Kind.RISK, ladder=LADDER
                )
            )
