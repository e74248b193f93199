"""The reading room of the trail: the timeline with its pictures, the trail book, and unusual use."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.trail import actions as trail
from audit.trail.models import Event
from hukou.accounts import demo
from hukou.accounts.models import Duty, Office, Officer
from hukou.kernel import clock
from tests.support import cases
from tests.support.people import make_office, make_officer
from workflows.cases.models import Case

from .conftest import SignedIn

NIGHT = datetime(2026, 11, 20, 23, 0, tzinfo=clock.CITY_TIME)


@pytest.fixture
def branch_overseer(branch: Office) -> Officer:
    """Reads the trail of the branch and its stations."""
    return make_officer("何静", Duty.Role.OVERSEER, branch)


@pytest.fixture
def with_page(draft: Case, clerk: Officer) -> Case:
    """A case just begun with one page in it."""
    cases.place(draft, "M_HUKOU_BOOK", clerk)
    return draft


def trail_of(browser: Client, case: Case) -> str:
    answer = browser.get(f"/cases/{case.pk}/trail/")
    assert answer.status_code == 200
    return answer.content.decode()


# The timeline


def test_a_page_stands_beside_its_act_with_the_name_of_its_material(
    signed_in: SignedIn, clerk: Officer, with_page: Case
) -> None:
    days = signed_in(clerk).get(f"/cases/{with_page.pk}/trail/").context["days"]
    opened, placed = days[0].lines
    page = with_page.materials.get(code="M_HUKOU_BOOK").placements.get().page
    assert (opened.picture, opened.about) == (None, "")
    assert placed.about == "居民户口簿"
    assert page.sha256 in placed.picture.thumb
    assert placed.picture.proof == f"/cases/{with_page.pk}/captured/{page.pk}/proof/"


def test_a_picture_of_another_case_is_never_shown(signed_in: SignedIn, clerk: Officer, with_page: Case) -> None:
    other = cases.drafted(with_page.station, clerk)
    page = with_page.materials.get(code="M_HUKOU_BOOK").placements.get().page
    trail.record(
        "case.page_placed", subject=other, by=clerk, details={"material": "M_HUKOU_BOOK", "sha256": page.sha256}
    )
    assert page.sha256 not in trail_of(signed_in(clerk), other)
    assert signed_in(clerk).get(f"/cases/{other.pk}/captured/{page.pk}/proof/").status_code == 404


def test_seals_stand_beside_their_acts_for_who_may_see_them(
    signed_in: SignedIn, clerk: Officer, overseer: Officer, ready: Case
) -> None:
    cases.sent_up(ready, clerk)
    browser = signed_in(overseer)
    lines = [line for day in browser.get(f"/cases/{ready.pk}/trail/").context["days"] for line in day.lines]
    pictures = {line.entry.action: line.picture for line in lines if line.picture is not None}
    assert {"seal.signed", "seal.applied", "case.page_placed"} <= set(pictures)
    assert browser.get(pictures["seal.signed"].thumb).status_code == 200
    auxiliary = make_officer("周建国", Duty.Role.AUXILIARY, ready.station, kind="auxiliary")
    assert "/seals/" not in trail_of(signed_in(auxiliary), ready)


def test_who_looked_is_shown_only_when_asked_for(signed_in: SignedIn, clerk: Officer, draft: Case) -> None:
    trail.record("trail.exported", subject=draft, by=clerk, details={"events": 1, "tree_size": 1})
    browser, address = signed_in(clerk), f"/cases/{draft.pk}/trail/"
    plain, looks = (browser.get(address + more).context["days"] for more in ("", "?views"))
    assert [line.entry.action for day in plain for line in day.lines] == ["case.opened"]
    assert "trail.exported" in [line.entry.action for day in looks for line in day.lines]


def test_a_refused_request_is_marked_and_days_between_are_said(
    signed_in: SignedIn, clerk: Officer, draft: Case
) -> None:
    with clock.frozen(clock.now() + timedelta(days=5)):
        trail.record("case.accept.refused", subject=draft, by=clerk, details={"code": "materials_missing"})
    shown = trail_of(signed_in(clerk), draft)
    assert "event-refused" in shown
    assert "timeline-gap" in shown


def test_a_timeline_asks_no_more_for_many_acts_than_for_few(
    signed_in: SignedIn, overseer: Officer, clerk: Officer, with_page: Case
) -> None:
    browser = signed_in(overseer)
    trail_of(browser, with_page)
    few = _asked(browser, f"/cases/{with_page.pk}/trail/")
    for material in ("M_HUKOU_BOOK", "M_APPLY_FORM", "M_APPLICANT_ID"):
        cases.place(with_page, material, clerk)
    trail_of(browser, with_page)  # that the pages were seen is on record
    assert _asked(browser, f"/cases/{with_page.pk}/trail/") == few


# The trail book


def test_the_city_reads_everything_and_a_branch_its_own(
    signed_in: SignedIn, overseer: Officer, branch_overseer: Officer, clerk: Officer, draft: Case, city: Office
) -> None:
    far = make_officer("远方", Duty.Role.DESK_OFFICER, _other_branchs_station(city))
    trail.record("case.updated", subject="cases.case:99", by=far)
    trail.record("case.updated", subject="cases.case:98", by=None)
    of_city = _names(signed_in(overseer).post("/trail/"))
    of_branch = _names(signed_in(branch_overseer).post("/trail/"))
    assert {clerk.number, far.number, ""} <= of_city
    assert clerk.number in of_branch
    assert not {far.number, ""} & of_branch


def test_an_office_outside_of_what_one_reads_cannot_be_asked_for(
    signed_in: SignedIn, branch_overseer: Officer, draft: Case, city: Office
) -> None:
    far = make_officer("远方", Duty.Role.DESK_OFFICER, _other_branchs_station(city))
    trail.record("case.updated", subject="cases.case:99", by=far)
    asked = signed_in(branch_overseer).post("/trail/", {"office": far.duties.get().office_id})
    assert far.number not in _names(asked)


def test_a_person_is_found_by_the_whole_id_number_which_stays_out_of_the_trail(
    signed_in: SignedIn, overseer: Officer, with_page: Case, station: Office, clerk: Officer
) -> None:
    person = demo.application()["applicant_id_number"]
    trail.record("case.updated", subject="cases.case:99", by=clerk)
    answer = signed_in(overseer).post("/trail/", {"person": person})
    assert {row["case_id"] for row in answer.context["rows"]} == {with_page.pk}
    event = Event.objects.filter(action="trail.searched").latest("pk")
    assert event.details["by_person"] is True
    assert person not in bytes(event.leaf).decode()
    assert not signed_in(overseer).post("/trail/", {"person": person[:-1]}).context["rows"]


def test_an_officer_is_found_by_number_and_by_name(
    signed_in: SignedIn, overseer: Officer, clerk: Officer, second_clerk: Officer, draft: Case
) -> None:
    trail.record("case.updated", subject=draft, by=second_clerk)
    for said in (clerk.number, clerk.name):
        assert _names(signed_in(overseer).get("/trail/", {"officer": said})) == {clerk.number}
    assert _names(signed_in(overseer).get("/trail/", {"officer": "nobody"})) == set()


def test_older_lines_are_a_click_away(signed_in: SignedIn, overseer: Officer, clerk: Officer, draft: Case) -> None:
    for _ in range(60):
        trail.record("case.updated", subject=draft, by=clerk)
    browser = signed_in(overseer)
    said = {"officer": clerk.number}
    first = browser.post("/trail/", said).context
    second = browser.post("/trail/", said | {"after": str(first["after"])}).context
    assert (len(first["rows"]), len(second["rows"]), second["after"]) == (50, 11, None)
    assert not _keys(first["rows"]) & _keys(second["rows"])


def test_a_page_of_the_book_asks_no_more_for_fifty_lines_than_for_one(
    signed_in: SignedIn, overseer: Officer, clerk: Officer, draft: Case
) -> None:
    browser = signed_in(overseer)
    browser.get("/trail/")
    few = _asked(browser, f"/trail/?officer={clerk.number}")
    for n in range(60):
        trail.record("case.updated", subject=f"cases.case:{draft.pk + n}", by=clerk)
    assert _asked(browser, f"/trail/?officer={clerk.number}") == few
    assert few <= 25


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_list_taken_out_is_on_record(
    signed_in: SignedIn, overseer: Officer, clerk: Officer, draft: Case, kind: str
) -> None:
    answer = signed_in(overseer).post(f"/trail/list.{kind}", {"officer": clerk.number})
    assert answer.status_code == 200
    if kind == "csv":
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
        assert [row[1] for row in rows[1:]] == ["新建办件"]
    event = Event.objects.latest("pk")
    assert (event.action, event.details["events"], event.details["kind"]) == ("trail.listed", 1, kind)


def test_no_other_kind_of_list_exists(signed_in: SignedIn, overseer: Officer) -> None:
    assert signed_in(overseer).post("/trail/list.html").status_code == 404


@pytest.mark.parametrize(
    "said",
    [
        {"since": "x", "until": "2026-13-01"}, {"since": "2999-01-01"}, {"since": "0001-01-01", "until": "0001-01-02"},
        {"until": "9999-12-31"}, {"office": "x"}, {"after": "2026/x"}, {"action": "x" * 400}, {"officer": "'; --"},
    ],
)  # fmt: skip
def test_what_cannot_be_read_does_not_narrow(signed_in: SignedIn, overseer: Officer, said: dict[str, str]) -> None:
    assert signed_in(overseer).post("/trail/", said).status_code == 200
    assert signed_in(overseer).get("/trail/unusual/", said).status_code == 200


# Unusual use


def test_a_night_is_found_with_the_acts_behind_it_and_who_was_told(
    signed_in: SignedIn, overseer: Officer, clerk: Officer, draft: Case
) -> None:
    with clock.frozen(NIGHT):
        trail.record("case.updated", subject=draft, by=clerk)
    period = {"since": "2026-11-20", "until": "2026-11-20"}
    with clock.frozen(NIGHT + timedelta(hours=12)):
        (row,) = signed_in(overseer).get("/trail/unusual/", period).context["rows"]
        assert (row.rule.name, row.officer, row.office) == ("off_hours", clerk, draft.station)
        assert [(entry.action, case) for entry, case in row.events] == [("case.updated", draft)]
        assert [officer for officer, _at in row.shown_to] == [overseer]
        event = Event.objects.filter(action="trail.findings_shown").latest("pk")
        assert event.details["findings"] == [row.finding.key]
        again = signed_in(overseer).get("/trail/unusual/", period).context["rows"]
    assert Event.objects.filter(action="trail.findings_shown").latest("pk").details["findings"] == []
    assert [officer for officer, _at in again[0].shown_to] == [overseer]


def test_a_branch_is_told_of_its_own_officers_only(
    signed_in: SignedIn, branch_overseer: Officer, clerk: Officer, city: Office
) -> None:
    far = make_officer("远方", Duty.Role.DESK_OFFICER, _other_branchs_station(city))
    with clock.frozen(NIGHT):
        for officer in (clerk, far):
            trail.record("case.updated", subject="cases.case:99", by=officer)
    with clock.frozen(NIGHT + timedelta(hours=12)):
        shown = signed_in(branch_overseer).get("/trail/unusual/?since=2026-11-20&until=2026-11-20&rule=off_hours")
    assert [row.officer for row in shown.context["rows"]] == [clerk]


def test_a_case_of_another_station_is_nobodys_business_but_the_offices_above(
    signed_in: SignedIn, overseer: Officer, branch_officer: Officer, other_clerk: Officer, draft: Case
) -> None:
    with clock.frozen(NIGHT - timedelta(hours=9)):
        for officer in (branch_officer, other_clerk):
            trail.record("case.updated", subject=draft, by=officer)
    with clock.frozen(NIGHT):
        shown = signed_in(overseer).get("/trail/unusual/?since=2026-11-20&rule=foreign_cases")
    assert [row.officer for row in shown.context["rows"]] == [other_clerk]


def test_findings_ask_no_more_for_many_than_for_one(signed_in: SignedIn, overseer: Officer, draft: Case) -> None:
    browser = signed_in(overseer)
    address = "/trail/unusual/?since=2026-11-20&until=2026-11-20"
    counts = []
    for _turn in range(2):
        for n in range(8):
            night_owl = make_officer(f"夜{n}", Duty.Role.DESK_OFFICER, draft.station)
            with clock.frozen(NIGHT):
                trail.record("case.updated", subject=draft, by=night_owl)
        with clock.frozen(NIGHT + timedelta(hours=12)):
            browser.get(address)
            counts.append(_asked(browser, address))
    assert counts[0] == counts[1]


def _asked(browser: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200
    return len(asked)


def _names(answer: object) -> set[str]:
    """Numbers of the officers of the lines shown; "" is the system."""
    keys = _keys(answer.context["rows"])  # type: ignore[attr-defined]
    return set(Event.objects.filter(pk__in=keys).values_list("officer_number", flat=True))


def _keys(rows: list[dict[str, object]]) -> set[int]:
    return {row["entry"].event_id for row in rows}  # type: ignore[attr-defined]


def _other_branchs_station(city: Office) -> Office:
    branch = make_office("云溪市公安局云西分局", level="branch", parent=city)
    return make_office("云西分局西河派出所", parent=branch)
