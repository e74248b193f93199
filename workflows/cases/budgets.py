"""The time budget of a case and of the step it is at (时限): begun, entered, left, suspended, resumed, ended.

A case has the working days its sub-type promises: the day of acceptance does not count and the last day ends
when the office closes (民法典 arts 201, 203). Where the national norm gives calendar days besides, the earlier holds.
A step has its own working days from the moment its turn begins, and anew with every turn; a case that goes to and
fro gains nothing by it, since its own budget goes on. While the case waits for a supplement, an investigation,
another station or a public notice, neither clock runs.

Nothing stores "overdue". `due_at`, `step_due_at` and `step_soon_at` of a case are projections to sort and sweep by, written
with the calendar held so that no edit of it is missed, and written anew after every edit (`reprojection`).
All verbs expect the case locked, save what they change, and may be repeated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TypeVar

from django.db.models import F, Value
from django.db.models.functions import Greatest

from hukou.calendar import queries as calendar
from hukou.kernel import clock
from hukou.kernel.working_time import WorkingTime

from . import running_time
from .models import Case, StepClock, Suspension
from .running_time import SOON, Budget, Pause

STEP_PROJECTED = ("step_due_at", "step_soon_at")
PROJECTED = ("due_at", *STEP_PROJECTED)
MINUTE = timedelta(minutes=1)


@dataclass
class Sheet:
    """What the ledger says of one case."""

    pauses: list[Pause] = field(default_factory=list)
    step: StepClock | None = None
    """The turn under way."""

    @property
    def suspended(self) -> bool:
        """True while the clock stands still."""
        return bool(self.pauses) and self.pauses[-1][1] is None


@dataclass(frozen=True)
class Dues:
    """When a case is due; None where nothing is, or nobody can say while the clock stands still."""

    case: datetime | None = None
    step: datetime | None = None
    step_soon: datetime | None = None
    """Four fifths of the step's budget are used then."""


# Verbs


def begin(case: Case) -> None:
    """The case is accepted: its clock starts, and so does that of its first step, the station's own."""
    enter(case, 1)


def enter(case: Case, level: int) -> None:
    """The turn of `level` begins; that of another level ends. Nothing happens when it has begun already."""
    working = calendar.working_time(hold=True)
    step = _newest(StepClock, case)
    if step is None or step.ended_at is not None or step.level != level:
        begun = _ended(step)
        days = case.subtype.spec.limit_working_days.get(case.chain[level - 1], 0)
        StepClock.objects.create(case=case, level=level, begun_at=begun, budget_minutes=days * working.day // MINUTE)
    project(case, working)


def leave(case: Case) -> None:
    """It is nobody's turn: a decision has fallen and its seal is being put on. STEP_PROJECTED is set, unsaved."""
    _stop_open(StepClock, case)
    case.step_due_at = case.step_soon_at = None


def suspend(case: Case, kind: str) -> None:
    """The case waits for something outside the office: its clocks stand still. `kind` is one of Suspension.Kind.

    Another kind while one is under way ends that and begins its own. Raises ValueError for an unknown kind.
    """
    kind = Suspension.Kind(kind)
    pause = _newest(Suspension, case)
    if pause is None or pause.ended_at is not None or pause.kind != kind:
        Suspension.objects.create(case=case, kind=kind, level=case.level, begun_at=_ended(pause))
    project(case, calendar.working_time(hold=True))


def resume(case: Case) -> None:
    """What the case waited for has come: its clocks go on. Nothing happens when they are running."""
    _stop_open(Suspension, case)
    project(case, calendar.working_time(hold=True))


def end(case: Case) -> None:
    """The case is decided, refused or withdrawn: no clock runs any more and nothing is due."""
    _stop_open(StepClock, case)
    _stop_open(Suspension, case)
    put(case, Dues())
    case.save(update_fields=PROJECTED)


# Queries


def of(case: Case, now: datetime) -> Budget | None:
    """How the budget of the case stands at `now`, or at its closing when it is closed. None before acceptance."""
    return of_each([case], now)[case.pk][0]


def of_step(case: Case, now: datetime) -> Budget | None:
    """How the budget of the turn under way stands at `now`; None when it is nobody's turn."""
    return of_each([case], now)[case.pk][1]


def stands(case: Case, sheet: Sheet, working: WorkingTime, now: datetime) -> Budget | None:
    """`of` a case whose ledger and calendar are at hand; asks nothing. The case comes with its sub-type."""
    return _of_case(case, sheet, working, now)


def used_up(case: Case, pauses: Sequence[Pause], working: WorkingTime, now: datetime) -> bool:
    """Whether `stands` would say "late" of an accepted case; asks nothing, and does not look for the day it was due."""
    assert case.accepted_at is not None
    until = min(now, case.closed_at) if case.closed_at else now
    return running_time.spent(working, _counts_from(case.accepted_at), pauses, until) > _total(case, working)


def share_of_step(case: Case, due_at: datetime, working: WorkingTime, now: datetime) -> float:
    """How much of the step's budget is used when it is due at `due_at`: 1.0 is all of it, more is late.

    For lists: told by the due time alone, which holds every pause and holiday already; the ledger is not read.
    """
    budget = max(case.subtype.spec.limit_working_days.get(case.step, 0), 1) * working.day
    return 1 - working.between(now, due_at) / budget if now < due_at else 1 + working.between(due_at, now) / budget


def of_each(cases: Sequence[Case], now: datetime) -> Mapping[int, tuple[Budget | None, Budget | None]]:
    """`of` and `of_step` of many cases, in three queries whatever their number. Cases come with their sub-type."""
    working, sheets = calendar.working_time(), sheets_of(cases)
    return {
        case.pk: (_of_case(case, sheets[case.pk], working, now), _of_step(sheets[case.pk], working, now))
        for case in cases
    }


def sheets_of(cases: Iterable[Case]) -> dict[int, Sheet]:
    """The ledgers of many cases in two queries."""
    sheets = {case.pk: Sheet() for case in cases}
    for suspension in Suspension.objects.filter(case__in=sheets).order_by("begun_at", "pk"):
        sheets[suspension.case_id].pauses.append((suspension.begun_at, suspension.ended_at))
    for step in StepClock.objects.filter(case__in=sheets, ended_at=None):
        sheets[step.case_id].step = step
    return sheets


# Projections


def project(case: Case, working: WorkingTime) -> None:
    """Write anew when the case and its step are due."""
    put(case, dues(case, sheets_of([case])[case.pk], working))
    case.save(update_fields=PROJECTED)


def put(case: Case, due: Dues) -> None:
    """Set the projections of a case, unsaved."""
    case.due_at, case.step_due_at, case.step_soon_at = due.case, due.step, due.step_soon


def dues(case: Case, sheet: Sheet, working: WorkingTime) -> Dues:
    """When the case and its step are due, as the projections hold it; never, once the case is closed."""
    if case.accepted_at is None or case.closed_at is not None:
        return Dues()
    due = running_time.runs_out(working, _counts_from(case.accepted_at), sheet.pauses, _total(case, working))
    if sheet.step is None:
        return Dues(case=due)
    begun, budget = sheet.step.begun_at, sheet.step.budget_minutes * MINUTE
    step_due, soon = (running_time.runs_out(working, begun, sheet.pauses, part) for part in (budget, budget * SOON))
    return Dues(case=due, step=step_due, step_soon=soon)


def _of_case(case: Case, sheet: Sheet, working: WorkingTime, now: datetime) -> Budget | None:
    if case.accepted_at is None:
        return None
    until = min(now, case.closed_at) if case.closed_at else now
    start, total = _counts_from(case.accepted_at), _total(case, working)
    return Budget(
        started_at=case.accepted_at,
        due_at=running_time.runs_out(working, start, sheet.pauses, total),
        spent=running_time.spent(working, start, sheet.pauses, until),
        total=total,
        suspended=sheet.suspended,
    )


def _of_step(sheet: Sheet, working: WorkingTime, now: datetime) -> Budget | None:
    if sheet.step is None:
        return None
    start, total = sheet.step.begun_at, sheet.step.budget_minutes * MINUTE
    return Budget(
        started_at=start,
        due_at=running_time.runs_out(working, start, sheet.pauses, total),
        spent=running_time.spent(working, start, sheet.pauses, now),
        total=total,
        suspended=sheet.suspended,
    )


def _counts_from(accepted_at: datetime) -> datetime:
    """The day of acceptance does not count: the midnight after it."""
    following = accepted_at.astimezone(clock.CITY_TIME).date() + timedelta(days=1)
    return datetime.combine(following, time(), clock.CITY_TIME)


def _total(case: Case, working: WorkingTime) -> timedelta:
    """The promise of the sub-type, or what the calendar days of the national norm leave of it.

    A limit in calendar days that ends on a day off ends on the next working day (民法典 art 203).
    """
    spec = case.subtype.spec
    promise = spec.limit_working_days["total"] * working.day
    if spec.limit_calendar_days is None or case.accepted_at is None:
        return promise
    start = _counts_from(case.accepted_at)
    last = working.calendar.next_working(start.date() + timedelta(days=spec.limit_calendar_days - 1))
    return min(promise, working.between(start, working.close_of(last)))


Row = TypeVar("Row", StepClock, Suspension)


def _newest(ledger: type[Row], case: Case) -> Row | None:
    return ledger.objects.filter(case=case).order_by("-begun_at", "-pk").first()


def _ended(row: StepClock | Suspension | None) -> datetime:
    """End a row that is open; the moment at which the next may begin, whatever the clock of another server said."""
    now = clock.now()
    if row is None:
        return now
    now = max(now, row.ended_at or row.begun_at)
    if row.ended_at is None:
        row.ended_at = now
        row.save(update_fields=["ended_at"])
    return now


def _stop_open(ledger: type[StepClock] | type[Suspension], case: Case) -> None:
    ledger.objects.filter(case=case, ended_at=None).update(ended_at=Greatest(Value(clock.now()), F("begun_at")))
