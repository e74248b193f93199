"""What is done with figures every night: counted anew, told when they differ, and mended.

The months of every case about which something was recorded since the last night are counted; on Sundays all there are.
What differs raises the alert before it is mended, and the alert stays until somebody says why it was so.
"""

from __future__ import annotations

from datetime import date, timedelta

from audit.statistics import actions, periods
from audit.statistics.types import RecountReport
from audit.trail.models import Event
from hukou.kernel import clock

from . import counting, projection, recount
from .models import CaseFact

SUNDAY = 6
BACK = timedelta(hours=36)
"""What was recorded so long ago or later: a night that did not run is made good by the next."""


def check() -> RecountReport:
    """Count what was touched, or everything on a Sunday; remember what was found, then mend it."""
    projection.keep_up()
    if clock.today().weekday() == SUNDAY:
        report = recount.recount()
    else:
        parts = [recount.recount(month) for month in touched()]
        report = RecountReport(
            "cases",
            tuple(month for part in parts for month in part.months),
            sum(part.facts for part in parts),
            tuple(found for part in parts for found in part.differences),
        )
    actions.remember(report)
    if not report.held:
        mend(report)
    return report


def touched() -> list[date]:
    """The months in which cases have a date about which something was recorded lately; always this and the last."""
    lately = Event.objects.filter(at__gte=clock.now() - BACK, case_id__isnull=False)
    keys = set(lately.order_by().values_list("case_id", flat=True).distinct())
    this = periods.first_of_month(clock.today())
    months = {this, periods.later(this, -1)}
    for row in CaseFact.objects.filter(pk__in=keys).values_list(*counting.DATES.values()):
        months |= {periods.first_of_month(day) for day in row if day is not None}
    return sorted(months)


def mend(report: RecountReport) -> None:
    """Make the facts of the months concerned anew, and all tallies of them."""
    for month in sorted({found.month for found in report.differences}):
        end = periods.end_of_month(month)
        for column in counting.DATES.values():
            keys = (
                CaseFact.objects.filter(**{f"{column}__range": (month, end)})
                .order_by("pk")
                .values_list("pk", flat=True)
            )
            projection.project_all(keys)
        named = [int(subject.rpartition(":")[2]) for found in report.differences for subject in found.subjects]
        projection.project(named)
        projection.tally_anew(month)
