"""The duty to issue: a month that is over and has no circular by its day is an alert."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from audit.alerts import rules, terms
from audit.trail.models import Event
from hukou.accounts.models import Office
from hukou.kernel import clock

from .models import Circular
from .months import Month

RULE = "circular.not_issued"
MONTHS_BACK = 12
"""Months looked at: what was missed longer ago has climbed its ladder long since."""

# Months that are over without a circular, their day come or not.
_NOT_ISSUED = """
exists (select from accounts_office city, lateral (
            select generate_series(
                greatest(date_trunc('month', first.at at time zone 'Asia/Shanghai'), this.month - make_interval(months => {back})),
                this.month - interval '1 month', interval '1 month')::date as first_day
            from (select at from trail_event order by at, id limit 1) first,
                 (select date_trunc('month', {now} at time zone 'Asia/Shanghai') as month) this) month
        where city.level = 'city' and city.parent_id is null
          and not exists (select from circulars_circular where office_id = city.id and month = month.first_day))
"""


def find(now: datetime) -> Iterator[rules.Due]:
    """Months since the first event of the trail whose circular is due at `now` and was not issued."""
    first = Event.objects.order_by("at", "pk").values_list("at", flat=True).first()
    if first is None:
        return
    began = Month.of(first.astimezone(clock.CITY_TIME).date())
    days = terms.of(RULE).params["working_days"]
    cities = list(Office.objects.filter(level=Office.Level.CITY, parent=None))
    month = Month.of(now.astimezone(clock.CITY_TIME).date()).before
    there = set(Circular.objects.filter(month__gte=began.first).values_list("office", "month"))
    for _back in range(MONTHS_BACK):
        if month < began:
            return
        due_at = month.due_at(days)
        if due_at <= now:
            for city in cities:
                if (city.pk, month.first) not in there:
                    yield rules.Due(f"circulars.month:{month}", city.pk, due_at, details={"month": str(month)})
        month = month.before


def register() -> None:
    """Called once at start-up."""
    rules.register(
        rules.AlertRule(
            name=RULE,
            label=_("Circular not issued"),
            about=_("A month is over and its circular was not issued by working day {working_days} of the next."),
            kind=rules.Kind.DUTY,
            severity=2,
            ladder=(rules.Rung(1, 0, rules.Level.OFFICE), rules.Rung(2, 2, rules.Level.LEADER)),
            params={"working_days": 5},
            find=find,
            glance=rules.Glance(_NOT_ISSUED, lambda _now: {"back": MONTHS_BACK}),
        )
    )
