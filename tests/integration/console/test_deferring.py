"""Deferred capture on the screens: a reason from the list, and the time that is left."""

from __future__ import annotations

from datetime import timedelta

from hukou.accounts.models import Officer
from hukou.kernel import clock
from workflows.cases.models import Case

from .conftest import SignedIn


def test_a_case_is_deferred_with_a_reason_of_the_list_and_words_of_ones_own(
    signed_in: SignedIn, clerk: Officer, draft: Case
) -> None:
    browser = signed_in(clerk)
    assert "高拍仪或电脑故障" in browser.get(f"/cases/{draft.pk}/").content.decode()
    answer = browser.post(f"/cases/{draft.pk}/accept/", {"deferred_because": "device", "deferred_reason": "高拍仪送修"})
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert (draft.status, draft.deferred_reason) == ("accepted", "高拍仪或电脑故障：高拍仪送修")


def test_another_reason_needs_words_and_what_was_picked_stays_picked(
    signed_in: SignedIn, clerk: Officer, draft: Case
) -> None:
    answer = signed_in(clerk).post(f"/cases/{draft.pk}/accept/", {"deferred_because": "other", "deferred_reason": ""})
    assert answer.status_code == 422
    assert '<option value="other" selected>' in answer.content.decode()
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_desk_page_and_camera_say_what_is_to_come_and_until_when(
    signed_in: SignedIn, clerk: Officer, draft: Case
) -> None:
    browser = signed_in(clerk)
    browser.post(f"/cases/{draft.pk}/accept/", {"deferred_because": "network", "deferred_reason": ""})
    draft.refresh_from_db()
    due = draft.capture_due_at
    assert due is not None
    places = ("/", f"/cases/{draft.pk}/", f"/cases/{draft.pk}/capture/")
    for moment, words in [
        (due - timedelta(hours=3, minutes=1), "还剩 3"),
        (due + timedelta(hours=2, minutes=1), "已超 2"),
    ]:
        with clock.frozen(moment):
            for place in places:
                shown = browser.get(place).content.decode().replace("\xa0", " ")
                assert words in shown, (place, words)
                assert "延迟采录" in shown, place
