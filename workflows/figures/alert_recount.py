"""Counts alerts anew: every alert against the events that told of it being raised and closed.

An alert nobody told of, one the trail tells of that is not there, another rung, a closing on one side only, a time that is
not the working time between the two: each is a difference, put together by figure, office and month.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import TruncMonth

from audit.alerts import handled, telling
from audit.alerts.models import Alert
from audit.statistics import actions, periods
from audit.statistics.types import Difference, RecountReport
from audit.trail.models import Event
from hukou.accounts.models import Office
from hukou.calendar import queries as calendar
from hukou.kernel import clock
from hukou.kernel.working_time import WorkingTime

BATCH = 1000
NAMED = 5
"""Alerts a difference names."""
SUNDAY = 6
BACK = timedelta(hours=36)
"""What was closed so long ago or later is looked at tonight."""
APART = timedelta(hours=1)
"""A sweep of very many is on record so long after it began, at most."""
SINGLE, TOGETHER, CLOSED = "alert.raised", "alert.raised_together", "alert.closed"
Cell = tuple[str, int | None, date]
"""Figure, office concerned, month of raising."""


@dataclass(frozen=True)
class Told:
    """What an alert is, from one side."""

    rung: int
    raised_at: datetime
    closed_at: datetime | None
    minutes: int | None


def recount(month: date | None = None) -> RecountReport:
    """Compare the alerts raised in a month, or all there are. Changes nothing."""
    found, counted = _Found(), 0
    alerts = Alert.objects.order_by("pk") if month is None else _raised_in(month).order_by("pk")
    working = calendar.working_time()
    for batch in _batches(alerts):
        for key in _differing(batch, working):
            # Raised or closed at this very moment? Then both sides agree when they are read once more.
            _compare(Alert.objects.get(pk=key), working, found)
        counted += len(batch)
    _events_without_alert(month, found)
    months = (month,) if month is not None else tuple(_months())
    return RecountReport("alerts", months, counted, found.differences())


def check() -> RecountReport:
    """The nightly comparison, on Sundays of everything; what was found is remembered, and times are counted anew."""
    handled.fill()
    if clock.today().weekday() == SUNDAY:
        report = recount()
    else:
        parts = [recount(month) for month in touched()]
        report = RecountReport(
            "alerts",
            tuple(month for part in parts for month in part.months),
            sum(part.facts for part in parts),
            tuple(found for part in parts for found in part.differences),
        )
    actions.remember(report)
    for month in {found.month for found in report.differences if found.measure == "handled"}:
        _raised_in(month).filter(handled__isnull=False).update(handled=None)
    handled.fill()
    return report


def touched() -> list[date]:
    """The months in which alerts were raised that were closed lately; always this and the last."""
    this = periods.first_of_month(clock.today())
    lately = Alert.objects.filter(closed_at__gte=clock.now() - BACK).order_by()
    return sorted({this, periods.later(this, -1)} | set(_month_of(lately)))


class _Found:
    """Differences, put together."""

    def __init__(self) -> None:
        self._told: Counter[Cell] = Counter()
        self._recounted: Counter[Cell] = Counter()
        self._alerts: dict[Cell, list[str]] = defaultdict(list)

    def add(self, cell: Cell, told: int, recounted: int, alert: int) -> None:
        """One more."""
        self._told[cell] += told
        self._recounted[cell] += recounted
        if len(self._alerts[cell]) < NAMED:
            self._alerts[cell].append(f"alerts.alert:{alert}")

    def differences(self) -> tuple[Difference, ...]:
        """All of them, in order of figure, office and month."""
        codes = dict(Office.objects.values_list("pk", "code"))
        return tuple(
            Difference(
                measure=cell[0],
                office=codes.get(cell[1] or 0, ""),
                month=cell[2],
                base="raised",
                told=self._told[cell],
                recounted=self._recounted[cell],
                against="trail",
                subjects=tuple(self._alerts[cell]),
            )
            for cell in sorted(self._alerts, key=str)
        )


def _differing(alerts: list[Alert], working: WorkingTime) -> list[int]:
    retold = _retold(alerts, working)
    return [alert.pk for alert in alerts if _unlike(_kept(alert), retold.get(alert.pk))]


def _compare(alert: Alert, working: WorkingTime, found: _Found) -> None:
    kept, told = _kept(alert), _retold([alert], working).get(alert.pk)
    day = alert.raised_at.astimezone(clock.CITY_TIME).date()
    for name, mine, theirs in _unlike(kept, told):
        found.add((name, alert.concerned_id, periods.first_of_month(day)), mine, theirs, alert.pk)


def _kept(alert: Alert) -> Told:
    return Told(alert.rung, alert.raised_at, alert.closed_at, alert.handled)


def _unlike(kept: Told, told: Told | None) -> list[tuple[str, int, int]]:
    """Figure, as it is kept, as the trail tells it; nothing where they agree."""
    if told is None or abs(kept.raised_at - told.raised_at) > APART:
        return [("alerts", 1, 0)]
    unlike = []
    if kept.rung != told.rung:
        unlike.append(("climbed", int(kept.rung > 1), int(told.rung > 1)))
    if (kept.closed_at is None) != (told.closed_at is None):
        unlike.append(("closed", int(kept.closed_at is not None), int(told.closed_at is not None)))
    elif kept.minutes is not None and told.minutes is not None and abs(kept.minutes - told.minutes) > 1:
        unlike.append(("handled", kept.minutes, told.minutes))
    return unlike


def _retold(alerts: list[Alert], working: WorkingTime) -> dict[int, Told]:
    """What the trail tells of these alerts; nothing of those it does not know."""
    raised: dict[int, tuple[int, datetime]] = {}
    closed: dict[int, datetime] = {}
    subjects = [f"alerts.alert:{alert.pk}" for alert in alerts]
    for event in Event.objects.filter(subject__in=subjects, action__in=(SINGLE, CLOSED)).order_by("pk"):
        key = int(event.subject.partition(":")[2])
        if event.action == SINGLE:
            raised[key] = int(event.details["rung"]), event.at
        else:
            closed[key] = event.at
    batches = sorted({f"alerts.alertbatch:{alert.batch_id}" for alert in alerts if alert.batch_id is not None})
    for event in Event.objects.filter(subject__in=batches, action=TOGETHER):
        raised |= {key: (rung, event.at) for key, rung in telling.rungs_in(event.details)}
    told = {}
    for alert in alerts:
        if alert.pk not in raised:
            continue
        (rung, at), end = raised[alert.pk], closed.get(alert.pk)
        # Many at once are on record a little after they were raised; `_unlike` says when that is too long.
        told[alert.pk] = Told(rung, at, end, working.minutes(min(alert.raised_at, at), end) if end else None)
    return told


def _events_without_alert(month: date | None, found: _Found) -> None:
    events = Event.objects.filter(action=SINGLE).order_by("pk")
    if month is not None:
        end = _midnight(periods.end_of_month(month) + timedelta(days=1))
        events = events.filter(at__gte=_midnight(month), at__lt=end)
    rows = events.values_list("subject", "office_id", "at").iterator(chunk_size=BATCH)
    for batch in _chunks(rows):
        keys = {int(subject.partition(":")[2]): (office, at) for subject, office, at in batch}
        for key in keys.keys() - set(Alert.objects.filter(pk__in=keys).order_by().values_list("pk", flat=True)):
            office, at = keys[key]
            day = at.astimezone(clock.CITY_TIME).date()
            found.add(("alerts", office, periods.first_of_month(day)), 0, 1, key)


def _raised_in(month: date) -> QuerySet[Alert]:
    end = periods.end_of_month(month) + timedelta(days=1)
    return Alert.objects.filter(raised_at__gte=_midnight(month), raised_at__lt=_midnight(end))


def _batches(alerts: QuerySet[Alert]) -> Iterator[list[Alert]]:
    yield from _chunks(alerts.iterator(chunk_size=BATCH))


def _chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _months() -> list[date]:
    return sorted(set(_month_of(Alert.objects.order_by())))


def _month_of(alerts: QuerySet[Alert]) -> Iterator[date]:
    for month in alerts.values_list(TruncMonth("raised_at", tzinfo=clock.CITY_TIME), flat=True).distinct():
        yield month.date()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.CITY_TIME)
