"""The paper room over HTTP: a scanner types, Enter, pages, Enter; what differs is said; names stay where they may be seen."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from audit.trail.models import Event
from hukou.accounts.models import Office, Officer
from hukou.kernel import clock
from tests.support import cases, paper
from workflows.papers import forms
from workflows.volumes import actions, counting, queries, scanning
from workflows.volumes.models import Difference, Loan, TrackRule, Volume

from .conftest import SignedIn

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _catalogue(db: None) -> None:
    cases.load_catalogue()


def said(browser: Client, name: str, pk: int, **typed: object) -> tuple[int, str]:
    answer = browser.post(reverse(name, args=[pk]), {key: str(value) for key, value in typed.items()})
    if answer.status_code == 302:
        answer = browser.get(answer["Location"])
        return 302, answer.content.decode()
    return answer.status_code, answer.content.decode()


def test_a_clerk_puts_paper_in_by_scanner_and_binds_it(signed_in: SignedIn, station: Office, clerk: Officer) -> None:
    first, second = paper.filed(station, clerk), paper.filed(station, clerk)
    pages = counting.pages_with_paper(first)
    browser = signed_in(clerk)
    record = first.archive_record
    fit = {"year": record.year, "retention": record.retention, "category": first.subtype.category_code}
    assert said(browser, "paper_volume_open", station.pk, **fit)[0] == 302
    volume = Volume.objects.get()
    status, page = said(browser, "paper_put_in", volume.pk, said=forms.slot_text(first.pk, "M_APPLY_FORM"))
    assert (status, 'name="pages"' in page, record.number in page) == (200, True, True)
    assert said(browser, "paper_put_in", volume.pk, said=record.number, pages=pages)[0] == 302
    status, page = said(browser, "paper_put_in", volume.pk, said=record.number)
    assert (status, volume.number in page) == (409, True)
    number = second.archive_record.number
    status, page = said(browser, "paper_put_in", volume.pk, said=number, pages=pages + 1)
    assert (status, 'name="note"' in page, f'value="{pages + 1}"' in page) == (422, True, True)
    status, page = said(browser, "paper_put_in", volume.pk, said=number, pages=pages + 1, note="多一页<b>复印件</b>")
    assert (status, "多一页&lt;b&gt;" in page) == (302, True)
    found = Difference.objects.get()
    assert said(browser, "paper_bind", volume.pk, last_page=1)[0] == 422
    assert said(browser, "paper_bind", volume.pk, last_page=2 * pages + 1)[0] == 302
    assert said(browser, "paper_difference_settle", found.pk, how="captured", note="已补采")[0] == 302
    assert queries.counts([station]).bound == 2
    assert Event.objects.filter(action="list.viewed", officer_id=clerk.pk).exists()


def test_every_code_leads_to_its_place(
    signed_in: SignedIn, station: Office, clerk: Officer, other_clerk: Officer
) -> None:
    case, tray = paper.filed(station, clerk), paper.filed(station, clerk)
    volume = paper.volume(case, clerk)
    item = paper.put_in(case, volume, clerk)
    box = actions.make_box(station_id=station.pk, by=clerk)
    browser = signed_in(clerk)
    for code, place in (
        (scanning.code_of(volume), f"/paper/volumes/{volume.pk}/"),
        (case.number, f"/paper/volumes/{volume.pk}/#item-{item.pk}"),
        (tray.archive_record.number, f"/cases/{tray.pk}/"),
        (scanning.code_of(box), f"/paper/stations/{station.pk}/#box-{box.pk}"),
    ):
        assert browser.post("/paper/find/", {"said": code})["Location"] == place
    assert signed_in(other_clerk).post("/paper/find/", {"said": scanning.code_of(volume)}).status_code == 422


def test_an_inspector_calls_paper_up_and_the_page_of_the_case_says_who_has_it(
    signed_in: SignedIn, station: Office, clerk: Officer, branch_officer: Officer
) -> None:
    case = paper.filed(station, clerk)
    above = signed_in(branch_officer)
    status, page = said(above, "paper_request", case.pk, purpose="court")
    assert (status, case.number is not None and 'id="paper"' in page) == (422, True)
    assert said(above, "paper_request", case.pk, purpose="inspection")[0] == 302
    loan = Loan.objects.get()
    desk = signed_in(clerk)
    act = {"args": [loan.pk, "hand-over"]}
    due = clock.today().isoformat()
    assert desk.post(reverse("paper_loan_act", **act), {"handed_to": "分局"}).status_code == 422
    sent = desk.post(reverse("paper_loan_act", **act), {"handed_to": "云东分局 杨思琪", "pages": "5", "due_on": due})
    assert sent.status_code == 302
    page = above.get(reverse("case", args=[case.pk])).content.decode()
    assert "云东分局 杨思琪" in page
    assert due in page
    assert "云东分局 杨思琪" in desk.get("/paper/loans/?state=out").content.decode()


def test_lists_of_paper_never_name_whom_an_adoption_is_about(
    signed_in: SignedIn, station: Office, clerk: Officer
) -> None:
    secret = paper.filed(station, clerk, "0301")
    name = str(secret.form["subject_name"])
    browser = signed_in(clerk)
    assert name not in browser.get(reverse("paper_tray", args=[station.pk])).content.decode()
    volume = paper.volume(secret, clerk)
    _status, page = said(browser, "paper_put_in", volume.pk, said=secret.archive_record.number)
    assert name not in page
    paper.put_in(secret, volume, clerk)
    assert name not in browser.get(reverse("paper_volume", args=[volume.pk])).content.decode()


def test_the_city_decides_how_a_sub_type_is_kept(signed_in: SignedIn, city_officer: Officer) -> None:
    browser = signed_in(city_officer)
    typed = {
        "subtype": "0103",
        "track": "single",
        "starts_on": clock.today().isoformat(),
        "legal_basis": "国办发〔2023〕26号",
    }
    assert browser.post("/paper/tracks/", typed).status_code == 422
    assert browser.post("/paper/tracks/", typed | {"reason": "试点"}).status_code == 302
    assert TrackRule.objects.get().made_by == city_officer
    assert "国办发〔2023〕26号" in browser.get("/paper/tracks/").content.decode()


def test_what_nobody_would_type_is_refused_in_words(
    signed_in: SignedIn, station: Office, clerk: Officer, city_officer: Officer
) -> None:
    loan = actions.request_paper(case_id=paper.filed(station, clerk).pk, purpose="repair", by=clerk)
    desk, city = signed_in(clerk), signed_in(city_officer)
    room = reverse("paper_room", args=[station.pk])
    hand_over = reverse("paper_loan_act", args=[loan.pk, "hand-over"])
    away = {"handed_to": "技术科", "pages": "1"}
    track = {"track": "single", "legal_basis": "批复", "reason": "试点", "starts_on": clock.today().isoformat()}
    answers = [
        desk.get(f"{room}tray/?year=99999"),
        desk.get(f"{room}tray/?year=x"),
        desk.get(reverse("paper_binding_list", args=[station.pk, 99999])),
        desk.post(hand_over, away | {"due_on": "9999-12-31"}),
        desk.post(hand_over, away | {"due_on": "31.12."}),
        desk.post(f"{room}boxes/", {"place": "9-9"}),
        desk.post("/paper/find/", {"said": "9" * 500}),
        city.post("/paper/tracks/", track),
        city.post("/paper/tracks/", track | {"subtype": "9" * 500}),
    ]
    assert [answer.status_code for answer in answers] == [422, 422, 404, 422, 422, 422, 422, 404, 404]
