"""What the wall shows: a handful of small questions, each answered from an index, in scope of one office.

Everything is a count per office; no row of any citizen is read, but for the newest notices, of which only the sub-type,
the station and the outcome are shown. Adoptions are left out there (公通字〔2021〕12号 art 26).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q
from django.utils.translation import pgettext_lazy

from audit.alerts.models import Alert
from hukou.accounts.models import Duty, Office
from hukou.catalogue.models import SubType
from hukou.kernel import clock
from workflows.approvals.models import Decision, NoticeIssue
from workflows.cases import searching
from workflows.cases.models import Case

Role = Duty.Role
S = Case.Status
MOST_ROWS = 12
"""Lines that can be read from five metres; a city of more stations is shown by branch."""
NOTICES, NOTICES_LOOKED_AT = 5, 2_000
WEEK = timedelta(days=7)
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
    decided: int = 0
    filed: int = 0
    waiting: int = 0
    late: int = 0

    def add(self, other: Line) -> None:
        """Count the other's in."""
        for name in ("accepted", "decided", "filed", "waiting", "late"):
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
    now = clock.now()
    lines = _lines(stations, now)
    levels = _levels(offices, stations, lines, now)
    shown, by_branch = _shown(office, offices, stations, lines)
    total = Line("")
    for line in lines.values():
        total.add(line)
    today, week = _turnaround(stations)
    return Wall(
        now, shown, by_branch, total, levels, _rungs(offices), today, week, _notices([one.pk for one in stations])
    )


def _under(office: Office) -> list[Office]:
    under = Q(pk=office.pk) | Q(parent=office) | Q(parent__parent=office)
    return list(Office.objects.filter(under).order_by("code"))


def _lines(stations: list[Office], now: datetime) -> dict[int, Line]:
    """Today's cases of each station."""
    lines = {station.pk: Line(station.short_name) for station in stations}
    begins = datetime.combine(now.astimezone(clock.CITY_TIME), time.min, clock.CITY_TIME)
    for name, column in (("accepted", "accepted_at"), ("decided", "closed_at"), ("filed", "filed_at")):
        rows = Case.objects.filter(station__in=lines, **{f"{column}__gte": begins}).order_by()
        for station, count in rows.values_list("station").annotate(Count("pk")):
            setattr(lines[station], name, count)
    return lines


def _levels(offices: list[Office], stations: list[Office], lines: dict[int, Line], now: datetime) -> list[Level]:
    """Who waits and who is late, by level; counted into the lines too."""
    keys = [station.pk for station in stations]
    levels = {name: Level(label) for name, label in LEVELS}
    open_ = Case.objects.filter(station__in=keys).under_way().exclude(status=S.DRAFT).order_by()
    for station, status, count in open_.values_list("station", "status").annotate(Count("pk")):
        lines[station].waiting += count
        if status in AT_DESK:
            levels["desk"].waiting += count
    inbox = Case.objects.filter(status=S.IN_REVIEW, awaiting_office__in=[one.pk for one in offices]).order_by()
    for role, count in inbox.values_list("awaiting_role").annotate(Count("pk")):
        if role in levels:
            levels[role].waiting += count
    overdue = Case.objects.filter(Q(step_due_at__lt=now) | Q(due_at__lt=now), station__in=keys).order_by()
    late = overdue.values_list("station", "status", "awaiting_role").annotate(Count("pk"))
    for station, status, role, count in late:
        lines[station].late += count
        holder = "desk" if status in AT_DESK else role
        if holder in levels:
            levels[holder].late += count
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
    rows = Alert.objects.open().filter(office__in=[one.pk for one in offices]).order_by()
    counts: Counter[int] = Counter()
    for rung, count in rows.values_list("rung").annotate(Count("pk")):
        counts[min(rung, len(RUNGS))] += count
    return [Rung(number, label, counts[number]) for number, label in enumerate(RUNGS, 1)]


def _turnaround(stations: list[Office]) -> tuple[Turnaround, Turnaround]:
    return Turnaround(), Turnaround()


def _notices(stations: list[int]) -> list[Notice]:
    newest = NoticeIssue.objects.aggregate(Max("pk"))["pk__max"] or 0
    # Among the newest only: a quiet station must not make the wall read all that was ever issued.
    lately = NoticeIssue.objects.filter(pk__gt=newest - NOTICES_LOOKED_AT, case__station__in=stations)
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
