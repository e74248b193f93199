"""The page of a case shows its way in every state, its forms and its letters."""

from __future__ import annotations

import pytest
from django.urls import reverse

from hukou.accounts.models import Officer
from hukou.console import chart
from tests.integration.console.conftest import SignedIn
from tests.support import cases
from workflows.cases import letters
from workflows.cases.models import Case

CLOSED = {"withdrawn", "refused", "filed"}


@pytest.mark.parametrize("status", Case.Status.values)
def test_the_way_of_a_case_is_drawn_in_every_state(ready: Case, status: str) -> None:
    case = cases.again(ready)
    case.status, case.filed_at = status, case.opened_at if status == "filed" else None
    drawn = chart.chart_of(case)
    assert drawn.description
    assert all(mark.word and mark.label for mark in drawn.marks)
    assert sum(mark.stop.state in ("current", "paused") for mark in drawn.marks) <= 1


def test_a_long_way_goes_on_in_the_next_row() -> None:
    stop = chart.Stop("审核", "桥头派出所", "周明", None, "done")
    drawn = chart.draw([stop] * (chart.PER_ROW + 1))
    assert drawn.height == 2 * chart.HEIGHT
    assert drawn.marks[-1].x == drawn.marks[0].x


def test_the_case_page_shows_drawing_list_and_papers(ready: Case, clerk: Officer, signed_in: SignedIn) -> None:
    letter = letters.issue(case_id=ready.pk, kind="receipt", by=clerk, details={})
    said = signed_in(clerk).get(reverse("case", args=[ready.pk])).content.decode()
    for words in (
        "way-drawing",
        "chart-list",
        letter.number,
        reverse("case_form", args=[ready.pk, "M_CONFIRM_SHEET"]),
    ):
        assert words in said


def test_a_letter_is_the_same_each_time_and_hidden_from_other_stations(
    ready: Case, clerk: Officer, other_clerk: Officer, signed_in: SignedIn
) -> None:
    letter = letters.issue(case_id=ready.pk, kind="receipt", by=clerk, details={})
    address = reverse("case_letter", args=[ready.pk, letter.pk])
    once, twice = (signed_in(clerk).get(address).content for _ in range(2))
    assert once == twice
    assert once.startswith(b"%PDF")
    assert signed_in(other_clerk).get(address).status_code == 404


def test_what_a_draft_lacks_is_told_once_and_anew_only_when_it_changed(
    draft: Case, clerk: Officer, auxiliary: Officer, signed_in: SignedIn
) -> None:
    address, desk = reverse("case_tell_missing", args=[draft.pk]), signed_in(clerk)
    assert address in desk.get(reverse("case", args=[draft.pk])).content.decode()
    assert signed_in(auxiliary).post(address).status_code == 403
    for _press in range(2):
        assert desk.post(address).status_code == 302
    assert [letter.revision for letter in letters.of(draft)] == [1]
    cases.place(draft, "M_HUKOU_BOOK", clerk)
    desk.post(address)
    assert [letter.kind for letter in letters.of(draft)] == ["supplement", "supplement"]


def test_a_folder_that_lacks_nothing_gets_no_such_notice(ready: Case, clerk: Officer, signed_in: SignedIn) -> None:
    address, desk = reverse("case_tell_missing", args=[ready.pk]), signed_in(clerk)
    assert address not in desk.get(reverse("case", args=[ready.pk])).content.decode()
    assert desk.post(address).status_code == 422
    assert letters.of(ready) == []
