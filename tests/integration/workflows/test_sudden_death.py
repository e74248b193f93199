"""A process that is killed between any two steps leaves a case that goes on, and nothing is done twice on the way.

The acts run in processes that die by SIGKILL at a named point (tests.support.deaths). Afterwards only what the product
has is used: the officer presses again where nothing was done, and another worker takes the jobs of the dead one.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection

from audit.trail import queries as trail
from hukou.accounts.models import Office, Officer
from hukou.calendar import actions as calendar
from hukou.calendar import publication
from tests.support import cases
from tests.support.deaths import KILLED, Mortal
from tests.support.pressing import nothing_is_double
from tests.support.reckoning import as_the_calendar_says, weekdays_ahead
from tests.support.site import database_url
from workflows.approvals import notices
from workflows.approvals.models import Decision, NoticeIssue
from workflows.archive import actions as archive
from workflows.archive import shelf, verify
from workflows.cases import letters
from workflows.cases.models import Case
from workflows.seals.models import SealApplication

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

S = Case.Status


@pytest.fixture(scope="module")
def mortal(django_db_setup: None) -> Iterator[Mortal]:
    processes = Mortal({"DATABASE_URL": database_url(), "HUKOU_DATA_DIR": str(settings.HUKOU_DATA_DIR)})
    yield processes
    processes.end()


@pytest.fixture
def accepted(station: Office, clerk: Officer, leader: Officer) -> Case:
    cases.load_catalogue()
    cases.give_seals(clerk, leader)
    return cases.accepted(station, clerk, "0103")


def worker_dies(mortal: Mortal, point: str) -> None:
    """A worker is killed at the point; it is found out when it has been silent for too long."""
    assert mortal.do("work", die_at=point) == KILLED
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_workers set last_heartbeat = last_heartbeat - interval '1 minute'")


def ends_well(mortal: Mortal, case: Case, clerk: Officer, leader: Officer) -> None:
    """Everything that is still to be done can be done, and was done once."""
    assert mortal.do("work") == 0
    if cases.again(case).status == S.ACCEPTED:
        assert mortal.do("hand_up", case=case.pk, by=clerk.pk) == 0
        assert mortal.do("work") == 0
    if cases.again(case).status == S.IN_REVIEW:
        assert mortal.do("approve", case=case.pk, by=leader.pk) == 0
        assert mortal.do("work") == 0
    case = cases.again(case)
    if case.status == S.APPROVED:
        assert NoticeIssue.objects.filter(case=case).exists()
        notices.read(case_id=case.pk, by=clerk)
        cases.fill(case, clerk, "completion")
        archive.complete_case(case_id=case.pk, by=clerk)
        assert mortal.do("file", case=case.pk, by=clerk.pk) == 0
        assert mortal.do("work") == 0
    case = cases.again(case)
    assert case.status == S.FILED
    report = verify.verify_case(case)
    assert report.held, report.findings
    nothing_is_double(case)
    levels = SealApplication.objects.filter(document__case=case).order_by("level").values_list("level", flat=True)
    assert list(levels) == [0, 1, 2]


def test_a_handing_up_that_dies_is_pressed_again_and_one_that_was_committed_is_not_lost(
    mortal: Mortal, accepted: Case, clerk: Officer, leader: Officer
) -> None:
    for point in ("document_on_disk", "committed"):
        assert cases.again(accepted).status == S.ACCEPTED
        assert mortal.do("hand_up", die_at=point, case=accepted.pk, by=clerk.pk) == KILLED
    assert cases.again(accepted).status == S.IN_REVIEW
    ends_well(mortal, accepted, clerk, leader)


def test_a_decision_that_dies_is_no_decision_and_one_that_was_committed_is_one(
    mortal: Mortal, accepted: Case, clerk: Officer, leader: Officer
) -> None:
    case = cases.sent_up(accepted, clerk)
    for point in ("document_on_disk", "everything_written", "committed"):
        assert not Decision.objects.filter(case=case, level=2).exists()
        assert mortal.do("approve", die_at=point, case=case.pk, by=leader.pk) == KILLED
    assert Decision.objects.filter(case=case, level=2).count() == 1
    assert mortal.do("approve", case=case.pk, by=leader.pk) != 0  # pressed again it is refused
    ends_well(mortal, case, clerk, leader)


def test_a_worker_that_dies_at_a_seal_leaves_it_to_the_next_and_it_goes_on_once(
    mortal: Mortal, accepted: Case, clerk: Officer, leader: Officer
) -> None:
    assert mortal.do("hand_up", case=accepted.pk, by=clerk.pk) == 0
    for point in ("document_on_disk", "case_climbed"):
        worker_dies(mortal, point)
        assert cases.again(accepted).level == 1
    worker_dies(mortal, "seal_on")
    assert cases.again(accepted).level == 2
    assert mortal.do("work") == 0
    assert cases.again(accepted).level == 2
    ends_well(mortal, accepted, clerk, leader)


def test_a_worker_that_dies_at_a_notice_leaves_it_to_the_next_and_it_goes_out_once(
    mortal: Mortal, accepted: Case, clerk: Officer, leader: Officer
) -> None:
    case = cases.decided(cases.sent_up(accepted, clerk), leader)
    assert case.status == S.APPROVED
    for point in ("document_on_disk", "notice_sealed"):
        worker_dies(mortal, point)
        assert not NoticeIssue.objects.exists()
    worker_dies(mortal, "notice_out")
    assert NoticeIssue.objects.count() == 1
    ends_well(mortal, case, clerk, leader)


def test_a_letter_that_dies_leaves_no_gap_in_the_numbers_and_is_written_once(
    mortal: Mortal, accepted: Case, clerk: Officer, leader: Officer
) -> None:
    for point in ("letter_on_disk", "committed"):
        assert letters.of(accepted) == []
        assert mortal.do("write_letter", die_at=point, case=accepted.pk, by=clerk.pk) == KILLED
    assert mortal.do("write_letter", case=accepted.pk, by=clerk.pk) == 0
    [letter] = letters.of(accepted)
    assert letter.number.endswith("00001")
    assert letters.pdf(letter).startswith(b"%PDF")
    assert len([event for event in trail.events_of(accepted) if event.action == "letter.issued"]) == 1


def test_a_filing_that_dies_is_pressed_again_and_the_shelf_is_filled_by_the_worker(
    mortal: Mortal, accepted: Case, clerk: Officer, leader: Officer
) -> None:
    case = cases.noticed(cases.decided(cases.sent_up(accepted, clerk), leader))
    cases.fill(case, clerk, "completion")
    archive.complete_case(case_id=case.pk, by=clerk)
    for point in ("manifest_made", "committed"):
        assert cases.again(case).status == S.COMPLETED
        assert mortal.do("file", die_at=point, case=case.pk, by=clerk.pk) == KILLED
    case = cases.again(case)
    assert case.archive_record.number.endswith("00001")
    assert not shelf.folder_of(case.archive_record).exists()
    worker_dies(mortal, "one_file_on_the_shelf")
    assert not verify.verify_case(case).held
    ends_well(mortal, case, clerk, leader)


def test_a_worker_that_dies_at_the_due_times_leaves_them_to_the_next(
    mortal: Mortal, accepted: Case, clerk: Officer, city_officer: Officer
) -> None:
    calendar.load(publication.SHIPPED.read_bytes())
    case = cases.sent_up(accepted, clerk)
    [day] = weekdays_ahead(1)
    assert mortal.do("close_a_day", die_at="committed", day=day.isoformat(), by=city_officer.pk) == KILLED
    assert not as_the_calendar_says(case)
    worker_dies(mortal, "batch_reckoned")
    assert not as_the_calendar_says(case)
    worker_dies(mortal, "batch_done")
    assert as_the_calendar_says(case)
    assert mortal.do("work") == 0
    assert as_the_calendar_says(case)
