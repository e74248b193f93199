"""Writing events: one statement for one or several, whatever the number of writers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction

from hukou.accounts.models import Office, Officer
from hukou.kernel import clock

from . import context, entries, vocabulary

CASE = "cases.case"
"""The subject kind whose key is a case id; it groups the events of a case."""

# A function of the database (migration 0003): it keeps its plan, and planning takes longer than the work.
_PARAMETERS = {
    "at": "timestamptz",
    "action": "text",
    "subject": "text",
    "case_id": "bigint",
    "officer_id": "bigint",
    "officer_number": "text",
    "office_id": "bigint",
    "office_code": "text",
    "workstation": "text",
    "session": "text",
    "head": "text",
    "details": "text",
    "middle": "text",
    "tail": "text",
}
APPEND = (
    f"select trail_append({', '.join(f'%({name})s::{kind}[]' for name, kind in _PARAMETERS.items())}, %(day)s::date)"
)
"""One array per parameter, one element per event; see `Draft.parameters`."""


@dataclass(frozen=True)
class Draft:
    """An event not written yet: everything but its number and the duty it was done in."""

    at: datetime
    action: str
    subject: str
    case_id: int | None
    by: Officer | None
    office: Office | None
    origin: context.Origin
    details: Mapping[str, Any]

    def parameters(self) -> dict[str, Any]:
        """What the database is told of it; it knows the rest of the leaf first. Raises BadDetails when it is too long."""
        known = {
            "at": self.at,
            "action": self.action,
            "subject": self.subject,
            "case_id": self.case_id,
            "officer_id": self.by.pk if self.by else None,
            "officer_number": self.by.number if self.by else "",
            "workstation": self.origin.workstation,
            "session": self.origin.session,
            "details": self.details,
        }
        office = {"office_id": self.office and self.office.pk, "office_code": self.office and self.office.code}
        return known | office | entries.around(known)


_drafts: ContextVar[list[Draft] | None] = ContextVar("drafts", default=None)


def record(
    action: str,
    *,
    subject: models.Model | str,
    by: Officer | None,
    details: Mapping[str, Any] | None = None,
    office: Office | None = None,
    case: int | None = None,
) -> None:
    """Write one event into the running transaction (or a transaction of its own when there is none).

    `by` is who acts, None for the system; `office` in whose name, default that of the officer's duty; `case` the
    case it belongs to, default what `case_of` says. Raises UnregisteredAction and BadDetails.
    """
    draft = _draft(action, subject=subject, by=by, details=details, office=office, case=case)
    drafts = _drafts.get()
    if drafts is None:
        _write([draft])
    else:
        drafts.append(draft)


def record_now(action: str, *, subject: str, by: Officer | None, details: Mapping[str, Any]) -> None:
    """Write one event at once, whatever is being gathered: for what must stand though the act around it falls."""
    _write([_draft(action, subject=subject, by=by, details=details, office=None, case=None)])


@contextmanager
def together() -> Iterator[None]:
    """Write the events of the block at its end: one statement for all of them. Inside a transaction only.

    When the block fails nothing is written, as the transaction is rolled back.
    """
    if _drafts.get() is not None:
        yield
        return
    drafts: list[Draft] = []
    token = _drafts.set(drafts)
    try:
        yield
    finally:
        _drafts.reset(token)
    while drafts:  # a subject takes one number at a time
        subjects = [draft.subject for draft in drafts]
        once = next((n for n in range(1, len(drafts)) if subjects[n] in subjects[:n]), len(drafts))
        _write(drafts[:once])
        del drafts[:once]


def _draft(
    action: str,
    *,
    subject: models.Model | str,
    by: Officer | None,
    details: Mapping[str, Any] | None,
    office: Office | None,
    case: int | None,
) -> Draft:
    vocabulary.require(action)
    details = dict(details or {})
    entries.check_details(details)
    case_id = case_of(subject) if case is None else case
    return Draft(clock.now(), action, subject_name(subject), case_id, by, office, context.current(), details)


def _write(drafts: Sequence[Draft]) -> None:
    """Number and insert events of different subjects."""
    rows = [draft.parameters() for draft in drafts]
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(APPEND, {name: [row[name] for row in rows] for name in _PARAMETERS} | {"day": clock.today()})


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
