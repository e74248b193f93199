"""The list of months: which circulars there are, which are due, and which my office has not taken note of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from audit.alerts import terms
from audit.circulars import alerts, queries
from audit.circulars.models import Circular
from audit.circulars.months import Month
from audit.trail.models import Event
from hukou.accounts.models import Office, Officer
from hukou.kernel import clock

MOST_MONTHS = 24


@dataclass(frozen=True)
class MonthRow:
    """One month of the list."""

    month: Month
    circular: Circular | None
    due_at: datetime
    late: bool
    """Over, due and not issued."""
    unread: bool
    """An office of this officer has not taken note of it."""

    @property
    def state(self) -> str:
        """filed (issued), late, waiting (over, not issued yet) or draft (running)."""
        if self.circular:
            return "filed"
        return "late" if self.late else "waiting" if self.month.is_over else "draft"


def rows(office: Office, officer: Officer) -> list[MonthRow]:
    """The running month and those before it, back to the first there is anything of, the newest first."""
    now = clock.now()
    issued = {circular.period: circular for circular in queries.issued(office, MOST_MONTHS)}
    unread = {circular.pk for circular in queries.unread(officer, MOST_MONTHS)}
    first = Event.objects.order_by("at", "pk").values_list("at", flat=True).first() or now
    month = Month.of(clock.today())
    oldest = min([Month.of(first.astimezone(clock.CITY_TIME).date()), *issued])
    days = terms.of(alerts.RULE).params["working_days"]
    found: list[MonthRow] = []
    while month >= oldest and len(found) < MOST_MONTHS:
        circular, due_at = issued.get(month), month.due_at(days)
        late = circular is None and due_at <= now
        found.append(MonthRow(month, circular, due_at, late, bool(circular and circular.pk in unread)))
        month = month.before
    return found


def under(office: Office) -> list[int]:
    """Ids of the office and of every office under it."""
    everything = Q(pk=office.pk) | Q(parent=office) | Q(parent__parent=office)
    return list(Office.objects.filter(everything).values_list("pk", flat=True))
