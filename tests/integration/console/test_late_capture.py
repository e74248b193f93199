"""Late capture over HTTP, through the real pipeline: from the dialog to the second version, seen by everybody concerned."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from hukou.accounts.models import Officer
from tests.support.stages import Bureau, fresh, picture
from workflows.archive import shelf, verify
from workflows.cases import folders, late
from workflows.cases.models import Case

from .conftest import SignedIn

BOOK = "M_HUKOU_BOOK"
REASON = "归档时漏采户口簿第 4 页"


@pytest.fixture
def filed(bureau: Bureau) -> Case:
    """A filed case, refused before: the shortest way into the archive."""
    return bureau.file(bureau.refused())


def send(browser: Client, case: Case, material: str, copy: int = 8) -> Any:
    data = picture(material, copy)
    fields = {
        "material": material,
        "sha256": hashlib.sha256(data).hexdigest(),
        "file": SimpleUploadedFile("page.jpg", data),
    }
    return browser.post(f"/cases/{case.pk}/pages/", fields, headers={"Accept": "application/json"})


def page_of(browser: Client, case: Case) -> str:
    answer = browser.get(f"/cases/{case.pk}/")
    assert answer.status_code == 200
    return str(answer.content.decode())


def act(browser: Client, case: Case, what: str, **typed: str) -> Any:
    return browser.post(reverse(f"case_late_{what}", args=[case.pk]), typed)


def test_a_clerk_adds_a_page_to_a_filed_case_and_everybody_sees_what_and_why(
    signed_in: SignedIn, bureau: Bureau, filed: Case, overseer: Officer, branch_officer: Officer
) -> None:
    clerk = signed_in(bureau.clerk)
    assert "补充采录" in page_of(clerk, filed)
    begun = act(clerk, filed, "begin", reason=REASON)
    assert (begun.status_code, begun["Location"]) == (302, f"/cases/{filed.pk}/capture/")
    camera = clerk.get(begun["Location"]).content.decode()
    assert REASON in camera
    assert 'data-slot="M_REG_FORM"' in camera or "M_REG_FORM" in camera
    sent = send(clerk, filed, BOOK)
    assert (sent.status_code, json.loads(sent.content)["page"]["state"]) == (201, "placed")
    shown = page_of(clerk, filed)
    assert "正在补充采录" in shown
    assert "完成补采，生成第 2 版" in shown
    concluded = act(clerk, filed, "conclude")
    assert (concluded.status_code, concluded["Location"]) == (302, f"/cases/{filed.pk}/#versions")
    shelf.lay_out(filed.archive_record)
    for officer in (bureau.clerk, bureau.leader, branch_officer, overseer):
        shown = page_of(signed_in(officer), filed)
        assert "第 2 版" in shown
        assert REASON in shown
        assert json.loads(sent.content)["page"]["sha256"] in shown
    trail = signed_in(overseer).get(f"/cases/{filed.pk}/trail/").content.decode()
    assert "开始补充采录" in trail
    assert "完成补充采录" in trail
    assert REASON not in trail
    assert verify.verify_case(fresh(filed)).held


def test_the_page_of_the_case_shows_what_was_filed_until_the_late_capture_is_concluded(
    signed_in: SignedIn, bureau: Bureau, filed: Case
) -> None:
    clerk = signed_in(bureau.clerk)
    act(clerk, filed, "begin", reason=REASON)
    send(clerk, filed, BOOK)
    case = fresh(filed)
    before = sum(len(slot.pages) for slot in folders.as_filed(case).slots)
    context = clerk.get(f"/cases/{filed.pk}/").context
    assert sum(len(slot.pages) for slot in context["slots"]) == before
    assert [page["name"].code for page in context["archive"]["begun"]["added"]] == [BOOK]


def test_an_abandoned_late_capture_says_why(signed_in: SignedIn, bureau: Bureau, filed: Case) -> None:
    clerk = signed_in(bureau.clerk)
    act(clerk, filed, "begin", reason=REASON)
    send(clerk, filed, BOOK)
    assert act(clerk, filed, "abandon", reason="拿错了材料").status_code == 302
    shown = page_of(clerk, filed)
    assert "拿错了材料" in shown
    assert "第 2 版" not in shown
    assert "补充采录" in shown


def test_without_a_reason_nothing_is_opened_and_the_page_says_so(
    signed_in: SignedIn, bureau: Bureau, filed: Case
) -> None:
    answer = act(signed_in(bureau.clerk), filed, "begin", reason="  ")
    assert answer.status_code == 422
    assert not late.is_open(fresh(filed))


def test_a_typed_reason_survives_a_refusal(signed_in: SignedIn, bureau: Bureau, filed: Case) -> None:
    clerk = signed_in(bureau.clerk)
    act(clerk, filed, "begin", reason=REASON)
    assert act(clerk, filed, "conclude").status_code == 422
    assert act(clerk, filed, "begin", reason=REASON).status_code == 409


def test_who_only_looks_sees_no_way_to_act(signed_in: SignedIn, bureau: Bureau, filed: Case, overseer: Officer) -> None:
    shown = page_of(signed_in(overseer), filed)
    assert "late-begin" not in shown
    bureau.late_of(filed)
    shown = page_of(signed_in(overseer), filed)
    assert "正在补充采录" in shown
    assert "完成补采" not in shown
    assert "late-abandon" not in shown


def test_the_camera_of_a_filed_case_stays_shut(signed_in: SignedIn, bureau: Bureau, filed: Case) -> None:
    clerk = signed_in(bureau.clerk)
    assert clerk.get(f"/cases/{filed.pk}/capture/").status_code == 409
    assert send(clerk, filed, BOOK).status_code == 409


def test_an_auxiliary_captures_and_leaves_the_conclusion_to_an_officer(
    signed_in: SignedIn, bureau: Bureau, filed: Case, auxiliary: Officer
) -> None:
    bureau.begin_late_capture(filed)
    helper = signed_in(auxiliary)
    assert helper.get(f"/cases/{filed.pk}/capture/").status_code == 200
    assert send(helper, filed, BOOK).status_code == 201
    assert "完成补采，生成" not in page_of(helper, filed)
    assert act(helper, filed, "conclude").status_code == 403


def test_the_desk_names_late_captures_under_way(signed_in: SignedIn, bureau: Bureau, filed: Case) -> None:
    bureau.begin_late_capture(filed)
    shown = signed_in(bureau.clerk).get("/").content.decode()
    assert "未完成的补充采录" in shown
    assert f"/cases/{filed.pk}/#versions" in shown


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_state_of_a_late_capture_can_be_looked_at_in_both_languages(
    signed_in: SignedIn, bureau: Bureau, filed: Case, language: str
) -> None:
    clerk = signed_in(bureau.clerk)
    clerk.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    bureau.abandon_late_capture(bureau.begin_late_capture(filed))
    old = folders.live_pages(filed)[0]
    bureau.late_of(filed)
    clerk.post(f"/cases/{filed.pk}/pages/{old.pk}/supersede/", {"reason": "不清晰"})
    page_of(clerk, filed)
    bureau.conclude_late_capture(filed)
    page_of(clerk, filed)
    seals = clerk.get(f"/cases/{filed.pk}/seals/")
    assert seals.status_code == 200
