"""Who is shown a case, a page, a document or a list is on record; and nothing is shown when it cannot be."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.trail import persons, queries, viewing
from audit.trail.models import Event
from capture.sessions.models import Page
from hukou.accounts.models import Office, Officer
from hukou.console import images
from hukou.kernel import clock
from tests.support import cases, deaf_trail
from workflows.cases.models import Case, MaterialPage

from .conftest import SignedIn


def looks(*actions: str) -> QuerySet[Event]:
    return Event.objects.filter(action__in=actions).order_by("pk")


@pytest.fixture
def page(ready: Case) -> Page:
    return MaterialPage.objects.filter(material__case=ready).select_related("page")[0].page


def test_opening_a_case_is_one_event_with_its_pages(signed_in: SignedIn, clerk: Officer, ready: Case) -> None:
    browser = signed_in(clerk)
    browser.get(f"/cases/{ready.pk}/")
    browser.get(f"/cases/{ready.pk}/")

    (seen,) = looks("case.viewed")
    shown = MaterialPage.objects.filter(material__case=ready, superseded_at=None).values_list("page__sha256", flat=True)
    assert (seen.officer_id, seen.case_id, seen.details["screen"]) == (clerk.pk, ready.pk, "case")
    assert seen.session
    assert set(seen.details["pages"]) <= {sha256[: viewing.PREFIX] for sha256 in shown}
    assert seen.details["pages"]


def test_a_portrait_in_the_case_is_an_event_of_its_own(signed_in: SignedIn, clerk: Officer, ready: Case) -> None:
    signed_in(clerk).get(f"/cases/{ready.pk}/")

    (seen,) = looks("portrait.viewed")
    portrait = MaterialPage.objects.get(material__case=ready, material__code="M_SITE_PHOTO")
    assert (seen.subject, seen.case_id) == (f"looks.page:{portrait.page_id}", ready.pk)


def test_a_look_costs_one_statement_and_the_next_one_none(signed_in: SignedIn, clerk: Officer, ready: Case) -> None:
    browser, spent = signed_in(clerk), []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            browser.get(f"/cases/{ready.pk}/")
        spent.append(sum("trail_append" in query["sql"] for query in asked))

    assert looks("case.viewed", "portrait.viewed").count() == 2
    assert spent == [1, 0]


def test_the_next_opening_after_ten_minutes_is_another_event(signed_in: SignedIn, clerk: Officer, ready: Case) -> None:
    now = clock.now()
    browser = signed_in(clerk)
    for minutes in (0, 9, 11):
        with clock.frozen(now + timedelta(minutes=minutes)):
            browser.get(f"/cases/{ready.pk}/")

    assert looks("case.viewed").count() == 2


def test_another_session_of_the_same_officer_is_another_look(signed_in: SignedIn, clerk: Officer, ready: Case) -> None:
    for _ in range(2):
        signed_in(clerk).get(f"/cases/{ready.pk}/")

    assert looks("case.viewed").count() == 2


def test_the_pictures_of_an_opened_case_write_nothing_more(
    signed_in: SignedIn, leader: Officer, clerk: Officer, station: Office, page: Page
) -> None:
    case = cases.handed_up(station, clerk)
    browser = signed_in(leader)
    browser.get(f"/cases/{case.pk}/decide/")
    for placed in MaterialPage.objects.filter(material__case=case).select_related("page"):
        assert browser.get(images.url(placed.page.sha256, "screen", leader)).status_code == 200

    assert not looks("page.viewed").exists()


def test_a_picture_asked_for_by_itself_is_on_record_once(signed_in: SignedIn, clerk: Officer, page: Page) -> None:
    browser = signed_in(clerk)
    for size in ("thumb", "screen", "full", "screen"):
        browser.get(images.url(page.sha256, size, clerk))  # type: ignore[arg-type]

    (seen,) = looks("page.viewed")
    assert seen.subject == f"looks.picture:{page.sha256}"
    assert seen.officer_id == clerk.pk


def test_documents_and_letters_are_on_record_by_their_digest(
    signed_in: SignedIn, clerk: Officer, approved: Case
) -> None:
    browser = signed_in(clerk)
    browser.get(reverse("case_document", args=[approved.pk, "notice"]))
    browser.get(reverse("case_notice", args=[approved.pk]))

    kinds = [(event.details["kind"], len(event.details.get("sha256", ""))) for event in looks("document.viewed")]
    assert kinds == [("notice", 64), ("notice", 0)]


def test_each_printing_is_on_record(signed_in: SignedIn, clerk: Officer, ready: Case) -> None:
    browser = signed_in(clerk)
    for _ in range(2):
        assert browser.post(reverse("case_printed", args=[ready.pk, "trail"])).status_code == 204
    assert browser.post(reverse("case_printed", args=[ready.pk, "wallpaper"])).status_code == 404

    assert [(event.case_id, event.details) for event in looks("document.printed")] == [
        (ready.pk, {"kind": "trail"})
    ] * 2


def test_reading_the_trail_is_on_record_and_looks_are_left_out_of_it(
    signed_in: SignedIn, clerk: Officer, ready: Case
) -> None:
    signed_in(clerk).get(f"/cases/{ready.pk}/trail/")

    assert looks("trail.viewed").get().case_id == ready.pk
    assert "trail.viewed" not in {entry.action for entry in queries.timeline(ready.pk)}
    assert "trail.viewed" in {entry.action for entry in queries.timeline(ready.pk, views=True)}


def test_a_desk_of_many_cases_is_one_event(signed_in: SignedIn, clerk: Officer, station: Office) -> None:
    cases.drafted(station, clerk)
    cases.drafted(station, clerk)
    browser = signed_in(clerk)
    browser.get("/")
    browser.get("/")

    assert looks("list.viewed").count() == 1
    assert not looks("case.viewed").exists()


def test_a_search_is_on_record_without_its_words(signed_in: SignedIn, clerk: Officer, ready: Case) -> None:
    browser, number = signed_in(clerk), ready.applicant.id_number
    assert number is not None
    browser.post("/search/", {"q": ready.applicant_name})
    browser.post("/search/", {"q": number})

    by_name, by_number = looks("person.searched")
    assert by_name.details["hits"] == by_number.details["hits"] == 1
    assert ready.applicant_name not in bytes(by_name.leaf).decode()
    assert by_number.details["persons"] == [persons.digest_of(number)]
    assert {"case.opened", "case.accepted", "person.searched"} <= {e.action for e in persons.events_about(number)}


def test_an_empty_search_shows_nobody_and_is_no_event(signed_in: SignedIn, clerk: Officer) -> None:
    assert signed_in(clerk).get("/search/").status_code == 200
    assert not looks("person.searched").exists()


def test_who_asks_for_the_case_of_another_station_leaves_a_trace_in_it(
    signed_in: SignedIn, other_clerk: Officer, ready: Case
) -> None:
    browser = signed_in(other_clerk)
    for _ in range(2):
        assert browser.get(f"/cases/{ready.pk}/").status_code == 404

    (tried,) = looks("screen.open.refused")
    assert (tried.officer_id, tried.case_id) == (other_clerk.pk, ready.pk)
    assert tried.details == {"code": "not_found", "pk": ready.pk, "screen": "case"}


def test_who_asks_for_a_case_there_is_not_leaves_a_trace_too(signed_in: SignedIn, clerk: Officer) -> None:
    signed_in(clerk).get("/cases/987654321/")

    tried = looks("screen.open.refused").get()
    assert (tried.case_id, tried.details["pk"]) == (None, 987654321)


def test_a_verb_that_records_its_refusal_is_not_recorded_twice(
    signed_in: SignedIn, overseer: Officer, ready: Case
) -> None:
    assert signed_in(overseer).post(f"/cases/{ready.pk}/letters/missing/").status_code in (403, 409)

    assert not looks("screen.open.refused").exists()
    assert looks("letter.issue.refused").exists()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_shown_that_cannot_be_put_on_record(signed_in: SignedIn, clerk: Officer, ready: Case) -> None:
    browser = signed_in(clerk)
    placed = MaterialPage.objects.filter(material__case=ready).select_related("page")[0]
    with deaf_trail.deaf():
        addresses = ["/", f"/cases/{ready.pk}/", images.url(placed.page.sha256, "screen", clerk)]
        answers = [browser.get(address) for address in addresses]
        as_json = browser.get(addresses[1], headers={"Accept": "application/json"})

    assert [answer.status_code for answer in answers] == [503, 503, 503]
    assert [answer["Retry-After"] for answer in answers] == ["30", "30", "30"]
    assert all(ready.applicant_name not in answer.content.decode() for answer in answers)
    assert "暂时无法显示" in answers[1].content.decode()
    assert as_json.json()["code"] == "trail_unavailable"
    assert browser.get(f"/cases/{ready.pk}/").status_code == 200
    assert looks("case.viewed").count() == 1  # what was not shown is no look
