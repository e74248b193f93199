"""What a clerk can do wrong, and what the network does wrong: each gets a sentence, and nothing is lost or done twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from audit.trail.models import Event
from capture.pipeline import specimens
from capture.sessions import storage
from capture.sessions.models import Page
from hukou.accounts import demo
from hukou.accounts.models import Office, Officer
from hukou.console import images
from tests.support import casefiles, cases
from workflows.approvals.models import Decision
from workflows.cases.models import Case, MaterialPage

from .conftest import SignedIn

FORM, BOOK = "M_APPLY_FORM", "M_HUKOU_BOOK"
JSON = {"Accept": "application/json"}
JPEG = casefiles.jpeg()
GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(64)
CROSSED = "[[0,0],[900,900],[900,0],[0,900]]"


def chinese(text: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)


@pytest.fixture(scope="module")
def photo() -> bytes:
    """A form lying on the mat, as the camera sees it."""
    return specimens.photograph(specimens.sheet(7), 7, size=(2448, 3264))


@pytest.fixture
def send(signed_in: SignedIn, clerk: Officer, draft: Case) -> Callable[..., Any]:
    """Upload one file into one slot of the draft, as the page's script does."""
    browser = signed_in(clerk)

    def upload(
        data: bytes | None, name: str = "page.jpg", *, language: str = "", script: bool = True, **more: str
    ) -> Any:
        fields: dict[str, Any] = {"material": FORM, **more}
        if data is not None:
            fields["file"] = SimpleUploadedFile(name, data)
        if language:
            browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        return browser.post(f"/cases/{draft.pk}/pages/", fields, headers=JSON if script else {})

    return upload


BAD_FILES: dict[str, tuple[bytes | None, dict[str, str], str]] = {
    "a PDF": (b"%PDF-1.7\n1 0 obj\n", {}, "not_an_image"),
    "a GIF": (GIF, {}, "not_an_image"),
    "a text": ("户口登记申请表".encode(), {}, "not_an_image"),
    "a HEIC picture": (HEIC, {}, "not_an_image"),
    "a broken JPEG": (JPEG[: len(JPEG) // 2], {}, "image_truncated"),
    "an empty file": (b"", {}, "empty_upload"),
    "no file": (None, {}, "empty_upload"),
    "60 MB": (JPEG + bytes(60_000_000), {}, "image_too_large"),
    "an unknown material": (JPEG, {"material": "M_NO_SUCH"}, "no_such_material"),
    "no material": (JPEG, {"material": ""}, "no_such_material"),
    "a wrong digest": (JPEG, {"sha256": "0" * 64}, "digest_mismatch"),
    "no digest at all": (JPEG, {"sha256": "签"}, "digest_mismatch"),
    "corners that are no JSON": (JPEG, {"corners": "[["}, "bad_corners"),
    "corners that are no points": (JPEG, {"corners": '{"a": 1}'}, "bad_corners"),
    "three corners": (JPEG, {"corners": "[[0,0],[9,0],[9,9]]"}, "bad_corners"),
    "crossed corners": (JPEG, {"corners": CROSSED}, "bad_corners"),
    "corners nowhere": (JPEG, {"corners": "[[NaN,0],[Infinity,0],[9,9],[0,9]]"}, "bad_corners"),
    "a corner beyond all numbers": (JPEG, {"corners": f"[[{'9' * 400},0],[9,0],[9,9],[0,9]]"}, "bad_corners"),
    "corners without end": (JPEG, {"corners": "[" * 100_000}, "bad_corners"),
}


@pytest.mark.parametrize("language", ["", "en"], ids=["Chinese", "English"])
@pytest.mark.parametrize("what", BAD_FILES)
def test_a_bad_upload_is_refused_with_a_sentence_and_changes_nothing(
    send: Callable[..., Any], draft: Case, what: str, language: str
) -> None:
    data, fields, code = BAD_FILES[what]
    before = cases.seen(draft)
    answer = send(data, language=language, **fields)
    body = json.loads(answer.content)
    assert (answer.status_code, body["code"]) == (422, code)
    assert body["message"]
    assert chinese(body["message"]) is (language != "en")
    assert body["advice"]
    assert chinese(body["advice"]) is (language != "en")
    assert cases.seen(draft) == before
    assert not Page.objects.exists()


def test_a_picture_without_a_sheet_is_refused_but_kept(send: Callable[..., Any], draft: Case) -> None:
    bare = specimens.empty_desk(3)
    answer = send(bare)
    body = json.loads(answer.content)
    assert (answer.status_code, body["code"]) == (422, "no_page_found")
    assert body["original"] == hashlib.sha256(bare).hexdigest()
    assert storage.original_path(body["original"]).read_bytes() == bare
    assert not MaterialPage.objects.exists()


def test_a_plain_form_leads_back_to_the_slots_with_the_sentence(send: Callable[..., Any], draft: Case) -> None:
    answer = send(b"%PDF-1.7", script=False)
    assert (answer.status_code, answer["Location"]) == (302, f"/cases/{draft.pk}/capture/")
    shown = answer.client.get(answer["Location"]).content.decode()
    assert "banner-error" in shown
    assert "JPEG" in shown


def test_the_same_picture_sent_twice_is_one_page(send: Callable[..., Any], draft: Case, photo: bytes) -> None:
    first, second = send(photo), send(photo)
    assert (first.status_code, second.status_code) == (201, 201)
    assert json.loads(first.content) == json.loads(second.content)
    assert MaterialPage.objects.count() == 1


def test_the_same_picture_in_another_slot_is_refused_by_name(send: Callable[..., Any], photo: bytes) -> None:
    assert send(photo).status_code == 201
    answer = send(photo, material=BOOK)
    body = json.loads(answer.content)
    assert (answer.status_code, body["code"]) == (422, "page_in_other_slot")
    assert "申请表" in body["message"]
    assert MaterialPage.objects.count() == 1


def test_a_full_slot_takes_no_more(send: Callable[..., Any], draft: Case, clerk: Officer, photo: bytes) -> None:
    most = next(line.max_pages for line in draft.subtype.spec.materials if line.code == FORM)
    for _page in range(most):
        cases.place(draft, FORM, clerk)
    before = cases.seen(draft)
    answer = send(photo)
    assert (answer.status_code, json.loads(answer.content)["code"]) == (422, "slot_full")
    assert cases.seen(draft) == before


def test_accepting_twice_gives_one_number(signed_in: SignedIn, clerk: Officer, draft: Case) -> None:
    cases.fill(draft, clerk)
    browser = signed_in(clerk)
    first, second = (browser.post(f"/cases/{draft.pk}/accept/") for _press in range(2))
    assert (first.status_code, second.status_code) == (302, 409)
    assert "重新加载" in second.content.decode() or "刷新" in second.content.decode()
    assert Event.objects.filter(action="case.accepted").count() == 1


def test_handing_up_twice_puts_on_one_seal(signed_in: SignedIn, clerk: Officer, ready: Case) -> None:
    browser, typed = signed_in(clerk), {"pin": cases.PIN, "seen": cases.seen(ready), "opinion": "同意上报"}
    first, second = (browser.post(f"/cases/{ready.pk}/hand-up/", typed) for _press in range(2))
    assert (first.status_code, second.status_code) == (302, 409)
    assert "banner-error" in second.content.decode()
    assert Decision.objects.filter(case=ready).count() == 1


def test_deciding_twice_decides_once(signed_in: SignedIn, clerk: Officer, leader: Officer, station: Office) -> None:
    cases.give_seals(clerk, leader)
    case = cases.handed_up(station, clerk)
    browser = signed_in(leader)
    typed = {"level": "2", "outcome": "approve", "seen": cases.seen(case), "pin": cases.PIN, "opinion": "情况属实"}
    first, second = (browser.post(f"/cases/{case.pk}/decide/", typed) for _press in range(2))
    assert (first.status_code, second.status_code) == (302, 409)
    assert "已" in second.content.decode()
    assert Decision.objects.filter(case=case, level=2).count() == 1


def test_filing_and_reading_twice_happens_once(signed_in: SignedIn, clerk: Officer, approved: Case) -> None:
    cases.fill(approved, clerk, "completion")
    browser = signed_in(clerk)
    assert [browser.post(f"/cases/{approved.pk}/notice/read/").status_code for _press in range(2)] == [302, 302]
    assert Event.objects.filter(action="notice.read").count() == 1
    done = [browser.post(f"/cases/{approved.pk}/turns/complete/").status_code for _press in range(2)]
    assert done == [302, 409]
    first, second = (browser.post(f"/cases/{approved.pk}/file/") for _press in range(2))
    assert (first.status_code, second.status_code) == (302, 409)
    assert Event.objects.filter(action="case.filed").count() == 1


def test_a_case_of_another_station_does_not_exist(
    signed_in: SignedIn, other_clerk: Officer, clerk: Officer, approved: Case
) -> None:
    stranger, case = signed_in(other_clerk), f"/cases/{approved.pk}/"
    placed = MaterialPage.objects.filter(material__case=approved)[0].pk
    looks = ["", "edit/", "capture/", "decide/", "notice/", "documents/case_file.pdf", "seals/", "trail/"]
    acts = ["edit/", "accept/", "hand-up/", "withdraw/", "file/", "pages/", "decide/", "notice/read/"]
    answers = {f"GET {place}": stranger.get(case + place).status_code for place in looks}
    answers |= {f"POST {place}": stranger.post(case + place, {"reason": "x"}).status_code for place in acts}
    answers["supersede"] = stranger.post(f"{case}pages/{placed}/supersede/", {"reason": "x"}).status_code
    page = MaterialPage.objects.filter(material__case=approved).select_related("page")[0].page
    for size in ("thumb", "screen", "full"):  # an address from the clerk's screen, passed on
        answers[size] = stranger.get(images.url(page.sha256, size, clerk)).status_code
    assert set(answers.values()) == {404}, answers


def test_a_page_asked_for_after_the_session_leads_to_sign_in_and_back(client: Client, draft: Case) -> None:
    answer = client.get(f"/cases/{draft.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/login/?next=/cases/{draft.pk}/")


def test_a_script_after_the_session_is_told_so(client: Client, draft: Case) -> None:
    answer = client.post(f"/cases/{draft.pk}/pages/", {"material": FORM}, headers=JSON)
    body = json.loads(answer.content)
    assert (answer.status_code, body["code"]) == (401, "session_expired")
    assert chinese(body["message"])
    assert chinese(body["advice"])


def test_a_page_that_refreshes_itself_after_the_session_goes_to_sign_in_whole(client: Client, draft: Case) -> None:
    here = f"http://testserver/cases/{draft.pk}/"
    answer = client.get("/", headers={"HX-Request": "true", "HX-Current-URL": here})
    assert (answer.status_code, answer["HX-Redirect"]) == (401, f"/login/?next=%2Fcases%2F{draft.pk}%2F")


def test_a_form_sent_after_the_session_comes_back_to_the_page_it_stood_on(client: Client, draft: Case) -> None:
    answer = client.post(f"/cases/{draft.pk}/accept/", headers={"Referer": f"http://testserver/cases/{draft.pk}/"})
    assert (answer.status_code, answer["Location"]) == (302, f"/login/?next=%2Fcases%2F{draft.pk}%2F")


BAD_FORMS: dict[str, dict[str, str]] = {
    "an ID number with a wrong check character": {"applicant_id_number": "429901199003071230"},
    "no name": {"applicant_name": ""},
    "letters for a phone": {"phone": "call me"},
    "a phone as long as a letter": {"phone": "1" * 60},
    "a name as long as a letter": {"applicant_name": "林" * 180},
    "a reason as long as a book": {"reason": "因" * 2000},
}


@pytest.mark.parametrize("what", BAD_FORMS)
def test_a_bad_application_keeps_what_was_typed(signed_in: SignedIn, clerk: Officer, draft: Case, what: str) -> None:
    typed = demo.application() | {"address": "桥头路十八号乙"} | BAD_FORMS[what]
    for place in ("/cases/new/1102/", f"/cases/{draft.pk}/edit/"):
        answer = signed_in(clerk).post(place, typed)
        assert answer.status_code == 422
        assert "桥头路十八号乙" in answer.content.decode()
        assert next(iter(BAD_FORMS[what].values())) in answer.content.decode()
    assert Case.objects.get().form == draft.form


def test_a_proxy_who_is_not_named_is_asked_for_where_it_is_typed_and_nothing_is_lost(
    signed_in: SignedIn, clerk: Officer, draft: Case
) -> None:
    typed = demo.application() | {"facts": "proxy", "proxy_name": "周代办", "reason": "更正为本名"}
    for place in ("/cases/new/1102/", f"/cases/{draft.pk}/edit/"):
        answer = signed_in(clerk).post(place, typed)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "照代办人身份证填写" in page
        assert 'value="proxy" checked' in page
        assert "data-others open" in page
        assert all(said in page for said in ("周代办", "更正为本名"))
    Case.objects.filter(pk=draft.pk).update(facts=["proxy"])
    answer = signed_in(clerk).post(f"/cases/{draft.pk}/accept/", {})
    assert answer.status_code == 422
    assert "照代办人身份证录入" in answer.content.decode()


def test_a_wrong_pin_keeps_the_opinion_and_is_never_said_back(
    signed_in: SignedIn, clerk: Officer, leader: Officer, ready: Case
) -> None:
    said = {"seen": cases.seen(ready), "pin": "918273", "opinion": "经核对原件，材料齐全无误"}
    answer = signed_in(clerk).post(f"/cases/{ready.pk}/hand-up/", said)
    assert answer.status_code == 422
    assert said["opinion"] in answer.content.decode()
    assert said["pin"] not in answer.content.decode()
    case = cases.sent_up(ready, clerk)
    said["seen"] = cases.seen(case)
    answer = signed_in(leader).post(f"/cases/{case.pk}/decide/", said | {"level": "2", "outcome": "approve"})
    assert answer.status_code == 422
    assert said["opinion"] in answer.content.decode()
    assert said["pin"] not in answer.content.decode()
    assert Decision.objects.filter(case=case).count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"outcome": "burn"},
        {"outcome": "approve", "pin": "签签签签签签"},
        {"outcome": "approve", "pin": "1" * 5000},
        {"outcome": "return", "opinion": " "},
        {"outcome": "refuse", "opinion": "不符合规定"},
        {"outcome": "approve", "seen": "of yesterday"},
        {"outcome": "approve", "level": "²"},
        {"outcome": "approve", "level": "9" * 30},
        {"outcome": "approve", "level": "-1"},
        {"outcome": "return", "opinion": "缺\x00页"},
    ],
    ids=str,
)
def test_a_decision_that_cannot_be_taken_decides_nothing(
    signed_in: SignedIn, clerk: Officer, leader: Officer, ready: Case, fields: dict[str, str]
) -> None:
    case = cases.sent_up(ready, clerk)
    typed = {"level": "2", "seen": cases.seen(case), "pin": cases.PIN, **fields}
    answer = signed_in(leader).post(f"/cases/{case.pk}/decide/", typed)
    assert 400 <= answer.status_code < 500
    assert chinese(answer.content.decode())
    assert cases.again(case).level == 2
    assert Decision.objects.filter(case=case).count() == 1


@pytest.mark.parametrize("place", ["/cases/new/%00/", "/cases/new/1102/?next=%00", "/cases/{case}/accept/"])
def test_a_sign_that_is_no_text_gets_a_sentence(signed_in: SignedIn, clerk: Officer, draft: Case, place: str) -> None:
    answer = signed_in(clerk).post(place.format(case=draft.pk), {"deferred_reason": "缺\x00页"}, headers=JSON)
    assert (answer.status_code, json.loads(answer.content)["code"]) == (422, "strange_sign")


@pytest.mark.parametrize("asked", ["\x00", "%", "'", "\\", "林" * 500, "_", "@1", "{}", "·", "林\n@1", "🂡"])
def test_nothing_that_is_searched_for_breaks_the_search(signed_in: SignedIn, clerk: Officer, asked: str) -> None:
    for place in ("/search/", "/search/suggest/"):
        assert signed_in(clerk).post(place, {"q": asked}).status_code in (200, 422)


def test_a_form_from_another_site_gets_our_page(clerk: Officer, draft: Case) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(clerk)
    answer = browser.post(f"/cases/{draft.pk}/accept/")
    assert answer.status_code == 403
    assert "户政电子档案" in answer.content.decode()
    assert cases.again(draft).status == Case.Status.DRAFT


@pytest.mark.parametrize("place", ["/nowhere/", "/cases/abc/", "/cases/99999999999999999999999/", "/cases/new/9999/"])
def test_an_address_that_leads_nowhere_gets_our_page(signed_in: SignedIn, clerk: Officer, place: str) -> None:
    answer = signed_in(clerk).get(place)
    assert answer.status_code == 404
    assert "没有" in answer.content.decode()
    assert 'href="/"' in answer.content.decode()


def test_the_sixth_try_at_a_password_is_locked_out(client: Client, clerk: Officer, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    tries = [client.post("/login/", {"username": clerk.number, "password": "wrong-word"}) for _try in range(6)]
    assert [answer.status_code for answer in tries] == [401] * 5 + [429]
    said = tries[-1].content.decode()
    assert "分钟" in said
    assert "wrong-word" not in said
