"""Decided cases whose notice could not be made, or lies unread at the station; what could not be made is tried again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from audit.alerts import actions as alerts
from audit.alerts import rules, terms
from audit.alerts.rules import Kind
from hukou.calendar import queries as calendar
from hukou.kernel import clock
from workflows.cases.models import Case, CaseQuerySet

from .models import NoticeIssue
from .steps import office_of

NOT_ISSUED = "notice.not_issued"
NOT_READ = "notice.not_read"
DECIDED = (Case.Status.APPROVED, Case.Status.REFUSED)


def without_notice(before: datetime) -> CaseQuerySet:
    """Cases decided before that moment that still have no notice."""
    return Case.objects.filter(status__in=DECIDED, closed_at__lt=before, notice=None)


def decided(case: Case) -> None:
    """The last seal is on: a notice is owed within so many working minutes."""
    _arm(_owed(case, _minutes()))


def issued(notice: NoticeIssue, case: Case) -> None:
    """The notice is made: the station is to read it within so many working hours."""
    alerts.disarm(NOT_ISSUED, f"cases.case:{case.pk}")
    _arm(_unread(notice, case, _hours()), NOT_READ)


def read(case: Case) -> None:
    """The station has read it."""
    alerts.disarm(NOT_READ, f"cases.case:{case.pk}")


def standing_not_issued() -> Iterator[rules.Due]:
    """Every decided case without a notice."""
    minutes = _minutes()
    owed = without_notice(clock.now()).select_related("station__parent__parent")
    for case in owed.iterator(chunk_size=500):
        yield _owed(case, minutes)


def standing_not_read() -> Iterator[rules.Due]:
    """Every notice that lies unread."""
    hours = _hours()
    unread = NoticeIssue.objects.filter(read_at=None).select_related("case")
    for notice in unread.iterator(chunk_size=500):
        yield _unread(notice, notice.case, hours)


def _owed(case: Case, minutes: timedelta) -> rules.Due:
    assert case.closed_at is not None  # decided
    return rules.Due(
        subject=f"cases.case:{case.pk}",
        office_id=office_of(case.chain[case.level - 1], case.station).pk,
        due_at=calendar.working_time().add(case.closed_at, minutes),
        details={"number": case.number},
    )


def _unread(notice: NoticeIssue, case: Case, hours: timedelta) -> rules.Due:
    return rules.Due(
        subject=f"cases.case:{case.pk}",
        office_id=case.station_id,
        due_at=calendar.working_time().add(notice.issued_at, hours),
        details={"number": case.number, "notice": notice.number},
    )


def _arm(due: rules.Due, rule: str = NOT_ISSUED) -> None:
    alerts.arm(rule, due.subject, office_id=due.office_id, due_at=due.due_at, details=due.details)


def _minutes() -> timedelta:
    return timedelta(minutes=terms.of(NOT_ISSUED).params["minutes"])


def _hours() -> timedelta:
    return timedelta(hours=terms.of(NOT_READ).params["hours"])


def register() -> None:
    """Called once at start-up."""
    rules.register(
        rules.AlertRule(
            NOT_ISSUED,
            label=_("A decided case has no notice yet"),
            about=_("The last seal has been on for {minutes} working minutes and no notice could be made."),
            kind=Kind.DELIVERY,
            severity=3,
            params={"minutes": settings.HUKOU_SEAL_MINUTES},
            standing=standing_not_issued,
        )
    )
    rules.register(
        rules.AlertRule(
            NOT_READ,
            label=_("A notice has not been read by the station"),
            about=_("A notice was sent to the station {hours} working hours ago and nobody there has read it."),
            kind=Kind.DELIVERY,
            params={"hours": 7},
            standing=standing_not_read,
        )
    )
