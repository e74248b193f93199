"""The desk shows of every panel the cases that come first, and of each what it still lacks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hukou.accounts.models import Office, Officer
from tests.support import cases
from workflows.archive import actions as archive
from workflows.cases import folders
from workflows.cases.models import Case

from .conftest import SignedIn

SHOWN = 8


def shown(page: Any, panel: str) -> list[int]:
    return [row["case"].pk for row in page.context[panel]]


def test_an_outline_lacks_what_the_folder_lacks(station: Office, clerk: Officer, draft: Case, ready: Case) -> None:
    other = cases.drafted(station, clerk, "0101")
    outlines = folders.outlines([draft, ready, other])
    for case, folder in folders.of_each([draft, ready, other]).items():
        lacking = [
            (slot.material.pk, slot.spec, slot.state, slot.why, slot.due, slot.choice) for slot in folder.missing
        ]
        told = outlines[case].missing
        assert [(slot.material.pk, slot.spec, slot.state, slot.why, slot.due, slot.choice) for slot in told] == lacking
    assert outlines[draft.pk].missing
    assert folders.outlines([]) == {}


def test_a_panel_shows_the_newest_cases_and_of_accepted_ones_those_whose_papers_are_due_first(
    signed_in: SignedIn, station: Office, clerk: Officer, ready: Case
) -> None:
    drafts = [cases.drafted(station, clerk).pk for _ in range(SHOWN + 1)]
    later = cases.accepted(station, clerk)
    assert later.capture_due_at is not None
    Case.objects.filter(pk=ready.pk).update(capture_due_at=later.capture_due_at + timedelta(days=1))
    page = signed_in(clerk).get("/")
    assert shown(page, "drafts") == drafts[:0:-1]
    assert shown(page, "accepted") == [later.pk, ready.pk]
    assert page.context["counts"]["draft"] == SHOWN + 1
    assert page.context["drafts"][0]["missing"]


def test_a_completed_case_waits_to_be_filed_as_an_approved_one_does(
    signed_in: SignedIn, clerk: Officer, approved: Case
) -> None:
    browser = signed_in(clerk)
    assert shown(browser.get("/"), "to_file") == [approved.pk]
    archive.complete_case(case_id=approved.pk, by=clerk)
    assert shown(browser.get("/"), "to_file") == [approved.pk]


def test_who_decides_elsewhere_is_not_asked_for_papers(
    signed_in: SignedIn, branch_officer: Officer, ready: Case
) -> None:
    page = signed_in(branch_officer).get("/")
    assert page.status_code == 200
    assert "accepted" not in page.context
