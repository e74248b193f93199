"""How long alerts were open: working minutes from raising to closing with a record, kept with each that is closed.

An edit of the calendar forgets what was counted over days of that year; what is not counted is counted by the job.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from hukou.calendar import queries as calendar
from hukou.kernel import clock
from hukou.kernel.working_time import WorkingTime

from .models import Alert

BATCH = 2000

# An alert of many years may be counted over days of several; whichever is edited forgets it.
_FORGET = """
with looked as (
    select id from alerts_alert
    where closed_at >= %(since)s and raised_at < %(until)s and id > %(after)s order by id limit %(batch)s for update
), forgotten as (
    update alerts_alert alert set handled = null from looked where alert.id = looked.id
)
select max(id) from looked
"""
_WRITE = """
update alerts_alert alert set handled = fresh.minutes
from unnest(%(keys)s::bigint[], %(minutes)s::int[]) fresh(id, minutes) where alert.id = fresh.id
"""


def minutes(raised_at: datetime, closed_at: datetime, working: WorkingTime | None = None) -> int:
    """Whole working minutes an alert was open, by the calendar in force."""
    return (working or calendar.working_time()).minutes(raised_at, closed_at)


def fill() -> int:
    """Count the closed alerts that are not counted; how many there were. May be done twice, and by several at once."""
    done = 0
    while batch := _fill_batch():
        done += batch
    return done


@transaction.atomic
def _fill_batch() -> int:
    working = calendar.working_time(hold=True)
    waiting = Alert.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        closed_at__isnull=False, handled=None
    )
    rows = list(waiting.order_by("pk").values_list("pk", "raised_at", "closed_at")[:BATCH])
    if rows:
        spent = [working.minutes(raised_at, closed_at) for _key, raised_at, closed_at in rows if closed_at]
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, {"keys": [row[0] for row in rows], "minutes": spent})
    return len(rows)


def on_edit(sender: object, *, version: Any = None, **_more: object) -> None:
    """Hears `hukou.calendar.signals.edited`: which days are worked has changed."""
    from .tasks import time_anew

    time_anew.defer(year=version.year, after=0)


@transaction.atomic
def forget(*, year: int, after: int) -> int | None:
    """The next alerts counted over days of `year`, by key: the last of them, None when there are none."""
    since, until = (datetime(each, 1, 1, tzinfo=clock.CITY_TIME) for each in (year, year + 1))
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, {"since": since, "until": until, "after": after, "batch": BATCH})
        last: int | None = cursor.fetchone()[0]
    return last
