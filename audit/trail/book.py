"""The trail book (轨迹查询): what was done by whom, where and when, page by page from the newest back.

A question always has a period, for the events lie in partitions by month. A page is found from the last line of the
page before, so that the thousandth page costs what the first does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from . import vocabulary
from .models import Event
from .persons import SUBJECT
from .vocabulary import Kind


@dataclass(frozen=True)
class Question:
    """What is asked. An empty tuple finds nothing; None does not narrow."""

    since: datetime
    until: datetime
    """Not included."""
    offices: tuple[int, ...] | None = None
    officers: tuple[int, ...] | None = None
    cases: tuple[int, ...] | None = None
    persons: tuple[str, ...] = ()
    """Digests of a citizen: events that name the person count like those of `cases`."""
    workstation: str = ""
    """Its beginning."""
    action: str = ""
    """A registered name, or its noun for all acts of that sort."""
    refusals: bool = False
    """Only what was refused."""
    views: bool = True
    """False leaves out who merely looked."""


@dataclass(frozen=True)
class Line:
    """Where a page ends: the next begins with what is older."""

    at: datetime
    event_id: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}/{self.event_id}"

    @classmethod
    def parse(cls, text: str) -> Line | None:
        """Read the text form; None for what is none."""
        at, _, event_id = text.partition("/")
        try:
            moment = datetime.fromisoformat(at)
            return cls(moment, int(event_id)) if moment.tzinfo and event_id.isdecimal() else None
        except ValueError:
            return None


@dataclass(frozen=True)
class Page:
    """Events, newest first, and where the next page begins."""

    events: tuple[Event, ...]
    after: Line | None
    """None on the last page."""


def page(question: Question, *, size: int, after: Line | None = None) -> Page:
    """The newest `size` events that fit, older than `after`. One statement."""
    fitting = events(question)
    if after is not None:
        older = Q(at__lt=after.at) | Q(pk__lt=after.event_id)
        fitting = fitting.filter(older, at__lte=after.at)
    found = list(fitting[: size + 1])
    more = len(found) > size
    found = found[:size]
    return Page(tuple(found), Line(found[-1].at, found[-1].pk) if more else None)


def events(question: Question) -> QuerySet[Event]:
    """All events that fit, newest first."""
    found = Event.objects.filter(at__gte=question.since, at__lt=question.until)
    for column, values in (
        ("office_id", question.offices),
        ("officer_id", question.officers),
    ):
        if values is not None:
            found = found.filter(**{f"{column}__in": values})
    if question.cases is not None:
        about = Q(case_id__in=question.cases)
        for digest in question.persons:
            about |= Q(details__has_key=SUBJECT, details__contains={SUBJECT: [digest]})
        found = found.filter(about)
    if question.workstation:
        found = found.filter(workstation__startswith=question.workstation)
    if question.action:
        found = found.filter(action__in=names_of(question.action))
    if question.refusals:
        found = found.filter(action__in=vocabulary.names_of(Kind.REFUSAL))
    elif not question.views:
        found = found.exclude(action__in=vocabulary.quiet_names())
    return found.order_by("-at", "-pk").defer("leaf")


def names_of(action: str) -> list[str]:
    """The registered names a filter stands for: itself, or all of a noun."""
    return [name for name in vocabulary.registered_actions() if name == action or name.partition(".")[0] == action]


def by_noun() -> dict[str, list[str]]:
    """All registered names by their noun, both in order: what a filter offers."""
    nouns: dict[str, list[str]] = {}
    for name in sorted(vocabulary.registered_actions()):
        nouns.setdefault(name.partition(".")[0], []).append(name)
    return nouns
