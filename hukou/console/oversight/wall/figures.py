"""What the wall shows: a handful of small questions, each answered from an index, in scope of one office.

Everything is a count per office; no row of any citizen is read, but for the newest notices, of which only the sub-type,
the station and the outcome are shown. Adoptions are in no number and no notice (公通字〔2021〕12号 art 26): beside the
statistics, which leave them out of a station and of a month that is not over, a count of all would tell of a single one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, Subquery, Value
from django.utils.translation import pgettext_lazy

from audit.alerts.models import Alert
from hukou.accounts.models import Duty, Office
from hukou.calendar import queries as calendar
from hukou.catalogue.models import SubType
from hukou.kernel import clock
from workflows.approvals.models import Decision, NoticeIssue
from workflows.cases import searching
from workflows.cases.models import Case
from workflows.figures.models import CaseFact

Role = Duty.Role
S = Case.Status
MOST_ROWS = 12
"""Lines that can be read from five metres; a city of more stations is shown by branch."""
NOTICES, NOTICES_LOOKED_AT = 4, 2_000
WEEK = timedelta(days=6)
"""Before today: seven days with it."""
MINUTE = timedelta(minutes=1)
_TOOK = """
select count(turnaround) filter (where closed_on = %(today)s),
       percentile_cont(array[0.5, 0.9]) within group (order by turnaround) filter (where closed_on = %(today)s),
       count(turnaround), percentile_cont(array[0.5, 0.9]) within group (order by turnaround)
from figures_casefact
where closed_on between %(since)s and %(today)s and outcome in ('approved', 'refused') and station_id = any(%(stations)s)
    and not secret
"""
AT_DESK = (S.ACCEPTED, S.RETURNED)
LEVELS = (
    ("desk", pgettext_lazy("wall", "At the window")),
    (Role.STATION_LEADER.value, pgettext_lazy("wall", "Station leader")),
    (Role.BRANCH_OFFICER.value, pgettext_lazy("wall", "Branch")),
    (Role.CITY_OFFICER.value, pgettext_lazy("wall", "City")),
)
RUNGS = (
    pgettext_lazy("rung", "office"),
    pgettext_lazy("rung", "leaders"),
    pgettext_lazy("rung", "branch"),
    pgettext_lazy("rung", "city"),
)


@dataclass
class Line:
    """One office: what came today, what stands with it now."""

    name: str
    accepted: int = 0
    closed: int = 0
    filed: int = 0
    waiting: int = 0
    late: int = 0

    def add(self, other: Line) -> None:
        """Count the other's in."""
        for name in ("accepted", "closed", "filed", "waiting", "late"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass
class Level:
    """Who has to act, and on how many."""

    label: Any
    waiting: int = 0
    late: int = 0


@dataclass(frozen=True)
class Rung:
    """Open alerts of one step of the escalation."""

    number: int
    label: Any
    open: int


@dataclass(frozen=True)
class Turnaround:
    """How long decisions took from acceptance, in working days without pauses; None when nothing was decided."""

    decided: int = 0
    median: float | None = None
    ninth: float | None = None
    """The 90th percentile."""


@dataclass(frozen=True)
class Notice:
    """One notice that went out; the sub-type, the station, the outcome."""

    at: datetime
    subtype: SubType
    station: str
    refused: bool


@dataclass(frozen=True)
class Wall:
    """Everything on the wall at one moment."""

    at: datetime
    lines: list[Line]
    by_branch: bool
    """The lines are branches, because there are too many stations to be read."""
    total: Line
    levels: list[Level]
    rungs: list[Rung]
    today: Turnaround
    week: Turnaround
    notices: list[Notice] = field(default_factory=list)


def of(office: Office) -> Wall:
    """The wall of an office and of all offices under it, now."""
    offices = _under(office)
    stations = [one for one in offices if one.level == Office.Level.STATION]
    keys = [station.pk for station in stations]
    now, today = clock.now(), clock.today()
    lines = _lines(stations, today)
    levels = _levels(stations, lines, now)
    total = Line("")
    for line in lines.values():
        total.add(line)
    shown, by_branch = _shown(office, offices, stations, lines)
    today_took, week_took = _turnaround(keys, today)
    return Wall(now, shown, by_branch, total, levels, _rungs(offices), today_took, week_took, _notices(keys))


def _under(office: Office) -> list[Office]:
    under = Q(pk=office.pk) | Q(parent=office) | Q(parent__parent=office)
    return list(Office.objects.filter(under).order_by("code"))


def _lines(stations: list[Office], today: date) -> dict[int, Line]:
    """Today's cases of each station, read off the three indexes of the facts."""
    lines = {station.pk: Line(station.short_name) for station in stations}
    parts = [
        CaseFact.objects.filter(**{f"{name}_on": today}, station__in=lines, secret=False)
        .order_by()
        .values_list(Value(name), "station")
        .annotate(Count("pk"))
        for name in ("accepted", "closed", "filed")
    ]
    for name, station, count in parts[0].union(*parts[1:], all=True):
        setattr(lines[station], name, count)
    return lines


def _levels(stations: list[Office], lines: dict[int, Line], now: datetime) -> list[Level]:
    """Who waits and who is late, by level; counted into the lines too. One walk over what is under way."""
    levels = {name: Level(label) for name, label in LEVELS}
    keys = [station.pk for station in stations]
    late = Count("pk", filter=Q(step_due_at__lt=now) | Q(due_at__lt=now))
    told = Case.objects.exclude(subtype__in=searching.secret_subtypes())
    open_ = told.filter(station__in=keys).under_way().exclude(status=S.DRAFT).order_by()
    rows = open_.values_list("station", "status", "awaiting_role").annotate(waiting=Count("pk"), late=late)
    for station, status, role, count, overdue in rows:
        lines[station].waiting += count
        lines[station].late += overdue
        holder = "desk" if status in AT_DESK else role if status == S.IN_REVIEW else ""
        if holder in levels:
            levels[holder].waiting += count
            levels[holder].late += overdue
    return list(levels.values())


def _shown(
    office: Office, offices: list[Office], stations: list[Office], lines: dict[int, Line]
) -> tuple[list[Line], bool]:
    """The lines of the stations; of the branches when there are more stations than can be read."""
    if len(stations) <= MOST_ROWS or office.level != Office.Level.CITY:
        return list(lines.values()), False
    branches = {one.pk: Line(one.short_name) for one in offices if one.level == Office.Level.BRANCH}
    for station in stations:
        if station.parent_id in branches:
            branches[station.parent_id].add(lines[station.pk])
    return list(branches.values()), True


def _rungs(offices: Iterable[Office]) -> list[Rung]:
    told = Alert.objects.open().filter(~searching.of_secret_case("case_id"))
    rows = told.filter(office__in=[one.pk for one in offices]).order_by()
    counts: Counter[int] = Counter()
    for rung, count in rows.values_list("rung").annotate(Count("pk")):
        counts[min(rung, len(RUNGS))] += count
    return [Rung(number, label, counts[number]) for number, label in enumerate(RUNGS, 1)]


def _turnaround(stations: list[int], today: date) -> tuple[Turnaround, Turnaround]:
    """Of today, and of the seven days up to it."""
    day = calendar.working_time().day / MINUTE
    with connection.cursor() as cursor:
        cursor.execute(_TOOK, {"today": today, "since": today - WEEK, "stations": stations})
        decided, took, decided_in_week, took_in_week = cursor.fetchone()
    return _took(decided, took, day), _took(decided_in_week, took_in_week, day)


def _took(decided: int, minutes: list[float] | None, day: float) -> Turnaround:
    return Turnaround(decided, *(taken / day for taken in minutes)) if minutes else Turnaround()


def _notices(stations: list[int]) -> list[Notice]:
    # Among the newest only: a quiet station must not make the wall read all that was ever issued.
    newest = NoticeIssue.objects.order_by("-pk").values("pk")[:1]
    lately = NoticeIssue.objects.filter(pk__gt=Subquery(newest) - NOTICES_LOOKED_AT, case__station__in=stations)
    refusals = Decision.objects.filter(case=OuterRef("case"), outcome=Decision.Outcome.REFUSE, voided_at=None)
    rows = (
        lately.select_related("case__subtype__catalogue", "case__station")
        .defer("case__form", "case__facts", "case__subtype__data", "case__subtype__catalogue__meta")
        .annotate(refused=Exists(refusals))
        .order_by("-pk")
    )
    told = [issue for issue in rows[: 2 * NOTICES] if not searching.is_secret(issue.case.subtype)]
    return [
        Notice(issue.issued_at, issue.case.subtype, issue.case.station.short_name, issue.refused)
        for issue in told[:NOTICES]
    ]
