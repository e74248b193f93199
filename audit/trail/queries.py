"""Read the trail."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import models

from hukou.accounts.models import Duty, Office, Officer

from . import vocabulary
from .ledger import subject_name
from .models import Checkpoint, Event, Leaf
from .types import TimelineEntry


def events_of(subject: models.Model | str) -> models.QuerySet[Event]:
    """Events of one subject ("app.model:key" or an instance), oldest first."""
    return Event.objects.filter(subject=subject_name(subject)).order_by("subject_seq")


_gathered: list[Callable[[int], Iterable[str]]] = []


def register_gathered(subjects: Callable[[int], Iterable[str]]) -> None:
    """Say which events tell of several cases at once: the subjects of those that tell of a case, by its key."""
    _gathered.append(subjects)


def events_of_case(case_id: int) -> models.QuerySet[Event]:
    """Events of a case and of everything recorded under it (pages, seals, notices, alerts), oldest first.

    With those that tell of several cases at once, see `register_gathered`.
    """
    of_case = models.Q(case_id=case_id)
    gathered = [subject for subjects in _gathered for subject in subjects(case_id)]
    return Event.objects.filter(of_case | models.Q(subject__in=gathered) if gathered else of_case).order_by("pk")


def events_by(
    officer: Officer, *, since: datetime | None = None, until: datetime | None = None
) -> models.QuerySet[Event]:
    """What an officer did, newest first; `since` included, `until` not."""
    events = Event.objects.filter(officer_id=officer.pk)
    if since:
        events = events.filter(at__gte=since)
    if until:
        events = events.filter(at__lt=until)
    return events.order_by("-at", "-pk")


def events_at(office: Office) -> models.QuerySet[Event]:
    """What was done in the name of an office itself (not of those under it), newest first."""
    return Event.objects.filter(office_id=office.pk).order_by("-pk")


def timeline(case_id: int, *, views: bool = False) -> list[TimelineEntry]:
    """The trail of a case, ready to be shown, oldest first; who merely looked and which jobs began only on asking."""
    events = events_of_case(case_id)
    if not views:
        events = events.exclude(action__in=vocabulary.quiet_names())
    return described(events)


def described(events: Iterable[Event]) -> list[TimelineEntry]:
    """`events` ready to be shown, in the order given. Four statements, whatever their number."""
    events = list(events)
    officers = Officer.objects.in_bulk({e.officer_id for e in events if e.officer_id})
    offices = Office.objects.in_bulk({e.office_id for e in events if e.office_id})
    places = dict(Leaf.objects.filter(event_id__in=[e.pk for e in events]).values_list("event_id", "leaf_index"))
    duties = dict(Duty.Role.choices)
    return [
        TimelineEntry(
            event_id=event.pk,
            subject=event.subject,
            subject_seq=event.subject_seq,
            at=event.at,
            action=event.action,
            label=vocabulary.label_of(event.action),
            kind=vocabulary.kind_of(event.action),
            refused=vocabulary.says_refused(event.action),
            officer_id=event.officer_id,
            who=str(officers.get(event.officer_id, event.officer_number)),
            office=offices[event.office_id].short_name if event.office_id in offices else "",
            text=vocabulary.text_of(event.action, event.details),
            duty=str(duties.get(event.duty, event.duty)),
            workstation=event.workstation,
            details=event.details,
            leaf_index=places.get(event.pk),
        )
        for event in events
    ]


def newest_checkpoint() -> Checkpoint | None:
    """The newest signed checkpoint, None while the log is empty."""
    return Checkpoint.objects.last()


def waiting() -> models.QuerySet[Event]:
    """Events that have no place in the log yet, in the order they will get it."""
    last = Leaf.objects.last()
    events = Event.objects.order_by("txid", "pk")
    if last:
        events = events.filter(models.Q(txid__gt=last.txid) | models.Q(txid=last.txid, pk__gt=last.event_id))
    return events
