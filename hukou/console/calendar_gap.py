"""The alert rule: December has come and the holidays of the year to come have not been taken in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from audit.alerts import rules
from hukou.accounts.models import Office
from hukou.calendar import queries as calendar
from hukou.kernel import clock

RULE = "calendar.year_missing"
RUNGS = (0, 5, 10)
"""Working days after the first of December at which the city bureau is told, and told again."""


def find(now: datetime) -> Iterator[rules.Due]:
    """One alert for the city bureau and each rung reached; the year before it begins, or once it has begun."""
    today = now.astimezone(clock.CITY_TIME).date()
    year = calendar.year_missing(today)
    if year is None:
        return
    working = calendar.working_time()
    first = date(year - 1, calendar.DECEMBER, 1)
    for rung, days in enumerate(RUNGS, 1):
        if working.calendar.add(first, days) <= today:
            for city in Office.objects.filter(level=Office.Level.CITY):
                due_at = datetime.combine(first, datetime.min.time(), clock.CITY_TIME)
                yield rules.Due(
                    subject=f"calendar.yearversion:{year}",
                    office_id=city.pk,
                    due_at=due_at,
                    rung=rung,
                    details={"year": year},
                )


def register() -> None:
    """Called once at start-up."""
    rules.register(rules.AlertRule(name=RULE, label=_("The published holidays of the year are missing"), find=find))
