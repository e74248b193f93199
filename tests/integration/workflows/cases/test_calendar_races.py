"""A calendar edited while cases move: whichever comes first, every open case ends with the due times of the newest calendar."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from hukou.accounts.models import Office, Officer
from hukou.calendar import actions as calendar
from hukou.calendar import publication
from hukou.calendar import queries as calendar_queries
from hukou.kernel import clock
from tests.support import cases as support
from tests.support.reckoning import as_the_calendar_says, follow
from workflows.cases import actions, budgets
from workflows.cases.models import Case

pytestmark = pytest.mark.django_db(transaction=True)
SOON = 0.3
"""Seconds in which a thread that is not held up would have gone on."""


@pytest.fixture
def case(station: Office, clerk: Officer) -> Case:
    support.load_catalogue()
    calendar.load(publication.SHIPPED.read_bytes())
    return accepted(station, clerk)


def accepted(station: Office, clerk: Officer) -> Case:
    drafted = support.drafted(station, clerk)
    return actions.accept_case(case_id=drafted.pk, by=clerk, deferred_reason="窗口拥挤")


def close_the_days_ahead(by: Officer) -> None:
    first = clock.today() + timedelta(days=1)
    for day in (first + timedelta(days=n) for n in range(9)):
        if calendar_queries.working_time().calendar.is_working(day):
            calendar.mark_days(first=day, last=day, kind="off", reason="大雪", by=by)


def run(act: Callable[[], None]) -> None:
    try:
        act()
    finally:
        connection.close()


def test_an_edit_waits_for_a_case_that_is_just_being_accepted_and_then_finds_it(
    case: Case, station: Office, second_clerk: Officer, city_officer: Officer
) -> None:
    written, go_on, edited = threading.Event(), threading.Event(), threading.Event()
    found: list[Case] = []

    def accept() -> None:
        with transaction.atomic():
            found.append(accepted(station, second_clerk))
            written.set()
            assert go_on.wait(20)

    def edit() -> None:
        assert written.wait(20)
        close_the_days_ahead(city_officer)
        edited.set()

    with ThreadPoolExecutor(2) as people:
        both = [people.submit(run, act) for act in (accept, edit)]
        assert written.wait(20)
        assert not edited.wait(SOON)
        go_on.set()
        for one in both:
            one.result(20)
    assert not as_the_calendar_says(found[0])  # reckoned by the calendar it was accepted under
    follow()
    assert as_the_calendar_says(found[0])
    assert as_the_calendar_says(case)


def test_a_decision_waits_for_an_edit_and_is_reckoned_by_it(case: Case, city_officer: Officer) -> None:
    edited, go_on, decided = threading.Event(), threading.Event(), threading.Event()

    def edit() -> None:
        with transaction.atomic():
            close_the_days_ahead(city_officer)
            edited.set()
            assert go_on.wait(20)

    def decide() -> None:
        assert edited.wait(20)
        with transaction.atomic():
            budgets.enter(Case.objects.lock(case.pk), 2)
        decided.set()

    with ThreadPoolExecutor(2) as people:
        both = [people.submit(run, act) for act in (edit, decide)]
        assert edited.wait(20)
        assert not decided.wait(SOON)
        go_on.set()
        for one in both:
            one.result(20)
    assert as_the_calendar_says(case)


def test_decisions_edits_and_the_job_all_at_once_end_with_one_truth(case: Case, city_officer: Officer) -> None:
    first = clock.today() + timedelta(days=20)

    def decide() -> None:
        for level in (2, 3, 2, 3, 2, 3):
            with transaction.atomic():
                budgets.enter(Case.objects.lock(case.pk), level)

    def edit() -> None:
        for n in range(6):
            day = first + timedelta(days=n)
            calendar.mark_days(first=day, last=day, kind="off", name=f"第{n}天", reason="试", by=city_officer)
            follow()

    with ThreadPoolExecutor(2) as people:
        for one in [people.submit(run, act) for act in (decide, edit)]:
            one.result(60)
    follow()
    assert as_the_calendar_says(case)
