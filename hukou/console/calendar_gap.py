"""The alert rule: December has come and the holidays of the year to come have not been taken in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from audit.alerts import rules
from audit.alerts.rules import Glance, Kind, Level, Rung
from hukou.accounts.models import Office
from hukou.calendar import queries as calendar
from hukou.kernel import clock

RULE = "calendar.year_missing"
LADDER = (Rung(1, 0, Level.CITY), Rung(2, 5, Level.CITY), Rung(3, 10, Level.CITY))
"""Working days after the first of December at which the city bureau is told, and told again."""

_MISSING = "not {years}::int[] <@ array(select year::int from calendar_yearversion where complete)"


def find(now: datetime) -> Iterator[rules.Due]:
    """Due on the first of December before the year, and still when it has begun."""
    today = now.astimezone(clock.CITY_TIME).date()
    year = calendar.year_missing(today)
    if year is None:
        return
    first = datetime.combine(date(year - 1, calendar.DECEMBER, 1), datetime.min.time(), clock.CITY_TIME)
    for city in Office.objects.filter(level=Office.Level.CITY):
        yield rules.Due(subject=f"calendar.yearversion:{year}", office_id=city.pk, due_at=first, details={"year": year})


def register() -> None:
    """Called once at start-up."""
    rules.register(
        rules.AlertRule(
            RULE,
            label=_("The published holidays of the year are missing"),
            about=_("December has come and the published holidays of the year to come have not been taken in."),
            kind=Kind.SYSTEM,
            ladder=LADDER,
            find=find,
            glance=Glance(
                _MISSING, lambda now: {"years": calendar.years_needed(now.astimezone(clock.CITY_TIME).date())}
            ),
        )
    )
