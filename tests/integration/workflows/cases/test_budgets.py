"""Time budgets of cases and steps: what runs, what stands still, and what an edit of the calendar does to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from audit.alerts import actions as alerts
from audit.alerts.models import Alert
from hukou.accounts.models import Office, Officer
from hukou.calendar import actions as calendar
from hukou.calendar import publication
from hukou.calendar import queries as calendar_queries
from hukou.calendar.models import DayRule
from hukou.kernel import clock
from tests.support import cases as support
from workflows.cases import actions, budgets, limit_alerts, reprojection
from workflows.cases.models import Case, StepClock, Suspension

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(hours=7)
NO_TIME, MICROSECOND, MINUTE = timedelta(), timedelta(microseconds=1), timedelta(minutes=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=clock.CITY_TIME)


@contextmanager
def on(text: str) -> Iterator[None]:
    with clock.frozen(at(text)):
        yield


@pytest.fixture(autouse=True)
def loaded(db: None) -> None:
    support.load_catalogue()
    calendar.load(publication.SHIPPED.read_bytes())


@pytest.fixture
def case(station: Office, clerk: Officer) -> Case:
    """Accepted on a Friday morning: 1 day at the station, 4 with its leader, 5 at the branch."""
    with on("11-20 10:00"):
        return accepted(station, clerk)


def accepted(station: Office, clerk: Officer, subtype: str = "1102") -> Case:
    opened = support.drafted(station, clerk, subtype)
    return actions.accept_case(case_id=opened.pk, by=clerk, deferred_reason="窗口拥挤")


def again(case: Case) -> Case:
    return Case.objects.with_context().get(pk=case.pk)


def work_off(max_jobs: int = 20) -> int:
    """Run the batches a worker would run."""
    stamp, after, done = calendar_queries.stamp(), 0, 0
    assert stamp is not None
    for _job in range(max_jobs):
        found = reprojection.go_on(after=after, stamp=stamp)
        if not found:
            break
        done += found
        after = (
            Case.objects.filter(pk__gt=after, closed_at=None, accepted_at__isnull=False).order_by("pk")[found - 1].pk
        )
    return done


def test_the_day_of_acceptance_does_not_count_and_the_last_ends_at_closing_time(case: Case) -> None:
    assert again(case).due_at == at("12-04 17:30")
    with on("11-20 17:00"):
        standing = budgets.of(case, clock.now())
    assert standing is not None
    assert (standing.spent, standing.total, standing.share, standing.state) == (timedelta(), 10 * DAY, 0.0, "")


def test_a_step_has_its_days_from_the_moment_its_turn_begins(case: Case) -> None:
    assert again(case).step_due_at == at("11-23 10:00")
    with on("11-23 09:00"):
        budgets.leave(case)
        case.save(update_fields=budgets.STEP_PROJECTED)
        assert (again(case).step_due_at, budgets.of_step(case, clock.now())) == (None, None)
        budgets.enter(case, 2)
    assert again(case).step_due_at == at("11-26 17:30")
    assert again(case).step_soon_at == at("11-26 10:24")
    step = budgets.of_step(again(case), at("11-26 14:00"))
    assert step is not None
    assert (step.started_at, step.total, step.state) == (at("11-23 09:00"), 4 * DAY, "soon")


def test_the_national_day_is_not_counted_and_the_saturday_after_it_is(station: Office, clerk: Officer) -> None:
    with on("09-30 16:00"):
        case = accepted(station, clerk, "0103")
    assert again(case).due_at == at("10-10 17:30")


def test_calendar_days_of_the_national_norm_end_it_earlier(station: Office, clerk: Officer) -> None:
    with on("11-19 10:00"):  # a temporary card: three calendar days end on Sunday, so on Monday
        case = accepted(station, clerk, "1305")
    assert again(case).due_at == at("11-23 17:30")
    with on("11-16 10:00"):
        plenty = accepted(station, clerk, "1301")
    assert again(plenty).due_at == at("11-24 17:30")


def test_suspended_time_moves_the_due_time_by_its_working_time(case: Case) -> None:
    with on("11-23 12:30"):  # at lunch
        budgets.suspend(case, "investigation")
    assert (again(case).due_at, again(case).step_due_at) == (None, at("11-23 10:00"))
    waiting = budgets.of(again(case), at("11-25 09:00"))
    assert waiting is not None
    assert (waiting.spent, waiting.suspended, waiting.state, waiting.due_at) == (3 * HOUR, True, "suspended", None)
    with on("11-25 00:00"):  # midnight
        budgets.resume(case)
    assert again(case).due_at == at("12-08 14:30")
    standing = budgets.of(again(case), at("11-25 11:00"))
    assert standing is not None
    assert (standing.spent, standing.total) == (5 * HOUR, 10 * DAY)


def test_suspensions_add_up_and_never_overlap(case: Case) -> None:
    for begun, ended, kind in [
        ("11-23 09:00", "11-23 17:30", "supplement"),
        ("11-24 09:00", "11-24 12:00", "public_notice"),
        ("11-28 09:00", "11-29 23:00", "cosign"),  # a weekend costs nothing
    ]:
        with on(begun):
            budgets.suspend(case, kind)
            budgets.suspend(case, kind)
        with on(ended):
            budgets.resume(case)
            budgets.resume(case)
    assert again(case).due_at == at("12-08 12:00")
    assert Suspension.objects.count() == 3
    with pytest.raises(IntegrityError, match="suspension_never_two"), transaction.atomic():
        Suspension.objects.create(
            case=case, kind="cosign", level=1, begun_at=at("11-23 10:00"), ended_at=at("11-23 11:00")
        )
    with pytest.raises(ValueError, match="lunch"):
        budgets.suspend(case, "lunch")


@pytest.mark.parametrize(
    ("begun", "ended", "may"),
    [
        (NO_TIME, NO_TIME, True),
        (-MINUTE, NO_TIME, True),
        (-MINUTE, MICROSECOND, False),
        (-MINUTE, None, False),
        (NO_TIME, HOUR, False),
        (MINUTE, MINUTE, True),
        (MINUTE, MINUTE + MICROSECOND, False),
        (HOUR - MICROSECOND, 2 * HOUR, False),
        (HOUR - MICROSECOND, None, False),
        (HOUR, 2 * HOUR, True),
        (HOUR, None, True),
    ],
)
def test_two_turns_at_a_case_share_no_microsecond(
    case: Case, begun: timedelta, ended: timedelta | None, may: bool
) -> None:
    """Beside a turn of an hour, and as half-open ranges have it."""
    StepClock.objects.filter(case=case).delete()
    start = at("11-23 10:00")
    span = [start + begun, None if ended is None else start + ended]

    def turn(begun_at: datetime | None, ended_at: datetime | None) -> None:
        StepClock.objects.create(case=case, level=1, budget_minutes=1, begun_at=begun_at, ended_at=ended_at)

    turn(start, start + HOUR)
    with connection.cursor() as cursor:
        cursor.execute("select not tstzrange(%s, %s) && tstzrange(%s, %s)", [start, start + HOUR, *span])
        assert cursor.fetchone() == (may,)
    refused = nullcontext() if may else pytest.raises(IntegrityError, match="step_clock_never_two")
    with refused, transaction.atomic():
        turn(*span)


def test_another_reason_to_wait_ends_the_one_before(case: Case) -> None:
    with on("11-23 09:00"):
        budgets.suspend(case, "investigation")
    with on("11-24 09:00"):
        budgets.suspend(case, "public_notice")
    assert Suspension.objects.filter(ended_at=None).get().kind == "public_notice"


def test_what_is_late_stays_late_while_it_waits(case: Case) -> None:
    with on("12-07 09:00"):
        budgets.suspend(case, "supplement")
        standing = budgets.of(case, at("12-20 09:00"))
    assert again(case).due_at == at("12-04 17:30")
    assert standing is not None
    assert standing.due_at == at("12-04 17:30")


def test_a_turn_that_comes_again_has_its_days_again_but_the_case_has_not(case: Case) -> None:
    with on("11-23 09:00"):
        budgets.enter(case, 2)
        budgets.enter(case, 2)
    with on("11-25 09:00"):
        budgets.leave(case)
        budgets.suspend(case, "supplement")
    with on("11-26 09:00"):
        budgets.resume(case)
        budgets.enter(case, 2)
    assert again(case).step_due_at == at("12-01 17:30")
    assert again(case).due_at == at("12-07 17:30")
    assert StepClock.objects.filter(level=2).count() == 2


def test_a_server_whose_clock_is_behind_does_not_break_the_ledger(case: Case) -> None:
    with on("11-20 09:59"):
        budgets.enter(case, 2)
    assert [step.begun_at for step in StepClock.objects.all()] == [at("11-20 10:00")] * 2


def test_a_closed_case_is_never_due_and_its_budget_is_told_as_it_was(case: Case) -> None:
    with on("11-24 12:00"):
        budgets.suspend(case, "cosign")
        case.closed_at = clock.now()
        case.save()
        budgets.end(case)
    closed = again(case)
    assert (closed.due_at, closed.step_due_at, closed.step_soon_at) == (None, None, None)
    assert not Suspension.objects.filter(ended_at=None).exists()
    standing = budgets.of(closed, at("12-31 09:00"))
    assert standing is not None
    assert standing.spent == DAY + 3 * HOUR


def test_an_edit_of_the_calendar_moves_the_due_times_of_open_cases(
    case: Case, city_officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reprojection, "BATCH", 1)
    calendar.mark_days(
        first=date(2026, 11, 23), last=date(2026, 11, 24), kind=DayRule.Kind.OFF, reason="大雪停课停工", by=city_officer
    )
    assert again(case).due_at == at("12-04 17:30")  # until the job has run
    assert work_off() == 1
    assert (again(case).due_at, again(case).step_due_at) == (at("12-08 17:30"), at("11-25 10:00"))
    standing = budgets.of(again(case), at("11-25 17:30"))
    assert standing is not None
    assert standing.spent == DAY
    calendar.mark_days(
        first=date(2026, 11, 21), last=date(2026, 11, 21), kind=DayRule.Kind.WORK, reason="补班", by=city_officer
    )
    work_off()
    assert again(case).due_at == at("12-07 17:30")


def test_the_job_goes_on_in_batches_and_an_older_edit_gives_way(
    station: Office, clerk: Officer, city_officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reprojection, "BATCH", 2)
    with on("11-20 10:00"):
        found = [accepted(station, clerk, "0103") for _ in range(5)]
    Case.objects.update(due_at=None)
    old = calendar_queries.stamp()
    assert old is not None
    calendar.mark_days(first=date(2027, 1, 1), last=date(2027, 1, 1), kind="off", reason="元旦", by=city_officer)
    assert reprojection.go_on(after=0, stamp=old) == 0
    stamp = calendar_queries.stamp()
    assert stamp is not None
    assert reprojection.go_on(after=0, stamp=stamp) == 2
    assert [again(one).due_at is not None for one in found] == [True, True, False, False, False]
    with connection.cursor() as cursor:
        cursor.execute(
            "select args from procrastinate_jobs where task_name = 'cases.reproject' order by id desc limit 1"
        )
        args = cursor.fetchone()[0]
    assert json.loads(args) == {"after": found[1].pk, "stamp": str(stamp)}
    assert work_off() == 5


def test_many_budgets_cost_as_many_queries_as_one(station: Office, clerk: Officer) -> None:
    with on("11-20 10:00"):
        for _ in range(4):
            accepted(station, clerk)
    found = list(Case.objects.with_context())
    with CaptureQueriesContext(connection) as queries:
        standing = budgets.of_each(found, at("11-24 09:00"))
    assert len(queries) == 3
    assert len(standing) == 4


def test_alerts_follow_the_projections_rung_by_rung(case: Case, leader: Officer, branch: Office) -> None:
    def told(text: str) -> list[tuple[str, int, str]]:
        """What is raised anew by then."""
        before = set(Alert.objects.values_list("pk", flat=True))
        with on(text):
            alerts.sweep()
        new = Alert.objects.exclude(pk__in=before).filter(case_id=case.pk, rule__in=limit_alerts.ALL)
        return [(alert.rule, alert.rung, alert.office.level) for alert in new.order_by("rule", "rung")]

    assert told("11-20 16:05") == []
    assert told("11-20 17:10") == [("case.step_soon", 1, "station")]
    assert told("11-23 10:00") == [("case.step_late", 1, "station")]
    assert told("11-26 10:00") == [("case.step_late", 2, "station"), ("case.step_late", 3, "branch")]
    with on("11-26 11:00"):
        budgets.leave(case)
        case.save(update_fields=budgets.STEP_PROJECTED)
    assert told("12-04 17:30") == [("case.late", 1, "station")]
    with on("12-04 17:31"):
        case.closed_at = clock.now()
        case.save()
        budgets.end(case)
    assert told("12-31 09:00") == []
    assert not Alert.objects.filter(rule__in=limit_alerts.ALL, settled_at=None).exists()
