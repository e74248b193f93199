"""Writing one event: two statements, whatever the number of writers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection, models, transaction

from hukou.accounts.models import Office, Officer
from hukou.kernel import clock

from . import context, entries, vocabulary
from .models import Event

CASE = "cases.case"
"""The subject kind whose key is a case id; it groups the events of a case."""

# The tally row is locked until the transaction ends, so the numbers of one subject have no gap and no double.
# Different subjects never wait for each other. The duty is looked up in the same breath.
_TAKE_NUMBER = """
with taken as (
    insert into trail_tally (subject, count) values (%(subject)s, 1)
    on conflict (subject) do update set count = trail_tally.count + 1
    returning count
)
select taken.count, standing.office_id, standing.code, standing.role
from taken left join lateral (
    select duty.office_id, office.code, duty.role
    from accounts_duty duty join accounts_office office on office.id = duty.office_id
    where duty.officer_id = %(officer)s and duty.starts_on <= %(day)s
      and (duty.ends_on is null or duty.ends_on >= %(day)s)
      and (%(office)s::bigint is null or duty.office_id = %(office)s)
    order by duty.starts_on, duty.id limit 1
) standing on true
"""


def append(
    action: str,
    *,
    subject: models.Model | str,
    by: Officer | None,
    details: Mapping[str, Any] | None = None,
    office: Office | None = None,
    case: int | None = None,
) -> Event:
    """Write one event into the running transaction (or a transaction of its own when there is none).

    `by` is who acts, None for the system; `office` in whose name, default that of the officer's duty; `case` the
    case it belongs to, default what `case_of` says. Raises UnregisteredAction and BadDetails.
    """
    vocabulary.require(action)
    details = dict(details or {})
    entries.check_details(details)
    name = subject_name(subject)
    origin = context.current()
    with transaction.atomic(savepoint=False):
        with connection.cursor() as cursor:
            cursor.execute(
                _TAKE_NUMBER,
                {
                    "subject": name,
                    "officer": by.pk if by else None,
                    "day": clock.today(),
                    "office": office.pk if office else None,
                },
            )
            number, office_id, office_code, duty = cursor.fetchone()
        entry = entries.Entry(
            at=clock.now(),
            action=action,
            subject=name,
            subject_seq=number,
            case_id=case_of(subject) if case is None else case,
            officer_id=by.pk if by else None,
            officer_number=by.number if by else "",
            office_id=office.pk if office else office_id,
            office_code=office.code if office else office_code or "",
            duty=duty or "",
            workstation=origin.workstation,
            session=origin.session,
            details=details,
        )
        return Event.objects.create(leaf=entry.to_bytes(), **{f: getattr(entry, f) for f in entries.FIELDS})


def subject_name(subject: models.Model | str) -> str:
    """`app.model:key` of a model instance; text of that shape passes. Raises ValueError otherwise."""
    if isinstance(subject, models.Model):
        if subject.pk is None:
            raise ValueError(f"{subject._meta.label_lower} is not saved yet and cannot be the subject of an event")
        return f"{subject._meta.label_lower}:{subject.pk}"
    kind, _, key = subject.partition(":")
    if kind.count(".") != 1 or not key:
        raise ValueError("a subject is written app.model:key")
    return subject


def case_of(subject: models.Model | str) -> int | None:
    """The case a subject is or belongs to (by its `case_id`), None when there is none."""
    kind, _, key = subject_name(subject).partition(":")
    if kind == CASE and key.isdecimal():
        return int(key)
    belongs_to = getattr(subject, "case_id", None)
    return belongs_to if isinstance(belongs_to, int) else None
