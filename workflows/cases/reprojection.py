"""After an edit of the calendar: when every open case is due is written anew, batch by batch.

Each batch is a job and a transaction; the next is deferred in it, so a killed worker goes on where it stopped.
A newer edit begins again from the first case, and what runs for the older edit stops.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from hukou.calendar import queries as calendar

from . import budgets
from .models import Case

BATCH = 200


def on_edit(sender: object, **_more: object) -> None:
    """Hears `hukou.calendar.signals.edited`: the job begins when the editing transaction is over, or not at all."""
    stamp = calendar.stamp()
    if stamp is not None:
        _defer(after=0, stamp=stamp)


@transaction.atomic
def go_on(*, after: int, stamp: UUID) -> int:
    """Write the batch of open cases that follows the case `after` anew; returns how many there were.

    Cases are locked first and the calendar is held afterwards, as the verbs do.
    """
    if stamp != calendar.stamp():
        return 0
    waiting = Case.objects.filter(closed_at=None, accepted_at__isnull=False, pk__gt=after)
    keys = list(waiting.select_for_update().order_by("pk").values_list("pk", flat=True)[:BATCH])
    # Locked first and read afterwards: what was found before the wait may have changed in it.
    cases = list(waiting.filter(pk__in=keys).select_related("subtype__catalogue").order_by("pk"))
    working, sheets = calendar.working_time(hold=True), budgets.sheets_of(cases)
    for case in cases:
        budgets.put(case, budgets.dues(case, sheets[case.pk], working))
    Case.objects.bulk_update(cases, budgets.PROJECTED)
    if keys:
        _defer(after=keys[-1], stamp=stamp)
    return len(cases)


def _defer(*, after: int, stamp: UUID) -> None:
    from .tasks import reproject

    reproject.defer(after=after, stamp=str(stamp))
