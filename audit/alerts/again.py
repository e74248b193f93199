"""Look at timers again: when the calendar, the terms of a rule or a mute has changed, their next rung is due at another time.

`fire_at` never decides what is raised, only when to look; so looking again is always right, and may be done twice.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

BATCH = 5000

# By the due moment and not by the clock: a clock that was set wrong must not hide a timer until then.
_LOOK = """
with looked as (
    select id from alerts_timer
    where id > %(after)s and (fire_at is null or fire_at <> due_at) and (rule = %(rule)s or %(rule)s = '')
    order by id limit %(batch)s for update
), moved as (
    update alerts_timer timer
    set fire_at = least(timer.fire_at, greatest(timer.due_at, %(since)s)),
        state = case when timer.state = 'top' then 'waiting' else timer.state end
    from looked where timer.id = looked.id
)
select max(id) from looked
"""


def look(*, rule: str = "", since: datetime | None = None) -> None:
    """Have every timer of a rule (of all) that was looked at before looked at again, `since` then or at once.

    A job that begins when the running transaction ends.
    """
    from .tasks import look_again

    look_again.defer(rule=rule, since=since.isoformat() if since else "", after=0)


@transaction.atomic
def go_on(*, rule: str, since: datetime | None, after: int) -> int | None:
    """The timers that follow the key `after`; the job for those after them is made in the same transaction."""
    from .tasks import look_again

    with connection.cursor() as cursor:
        cursor.execute(_LOOK, {"rule": rule, "since": since, "after": after, "batch": BATCH})
        last: int | None = cursor.fetchone()[0]
    if last is not None:
        look_again.defer(rule=rule, since=since.isoformat() if since else "", after=last)
    return last


def on_edit(sender: object, **_more: object) -> None:
    """Hears `hukou.calendar.signals.edited`: the days between the rungs have changed."""
    look()
