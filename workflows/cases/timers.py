"""The alerts that stand for a case by its own row: step soon late, step late, case late, papers not there in time.

Nobody arms them: a trigger on the row does (migration 0003), so that no verb, projection or statement forgets one and a
decision asks no question more. What stands is said once, by the function `cases_timers` of the database.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial

from django.db import connection

from audit.alerts import rules

READ_AT_ONCE = 2_000
_STANDING = """
select c.id, says.office_id, says.due_at, says.details::text
from cases_case c cross join lateral cases_timers(c) says
where c.status in ('accepted', 'in_review', 'returned', 'suspended') and says.rule = %s and says.due_at is not null
order by c.id
"""
_ARM = """
insert into alerts_timer (rule, subject, case_id, office_id, due_at, rung, fire_at, state, happened, details)
select says.rule, 'cases.case:' || c.id, c.id, says.office_id, says.due_at, 0, says.due_at, 'waiting', false, says.details
from cases_case c cross join lateral cases_timers(c) says
where c.status in ('accepted', 'in_review', 'returned', 'suspended') and says.due_at is not null
on conflict do nothing
"""


def standing_of(rule: str) -> partial[Iterator[rules.Due]]:
    """What a rule registers as its `standing`."""
    return partial(standing, rule)


def standing(rule: str) -> Iterator[rules.Due]:
    """Every timer of the rule that should stand now, read so many at a time."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_STANDING, [rule])
        while rows := cursor.fetchmany(READ_AT_ONCE):
            for case, office, due_at, details in rows:
                yield rules.Due(f"cases.case:{case}", office, due_at, details=json.loads(details), case_id=case)


def arm_all() -> int:
    """Arm what does not stand yet, for all cases under way; for rows that were written past the trigger (`seed_load`)."""
    with connection.cursor() as cursor:
        cursor.execute(_ARM)
        return int(cursor.rowcount)
