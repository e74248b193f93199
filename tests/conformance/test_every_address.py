"""Every address of the site, asked by everybody: who gets what stands in one table, and a new address needs a line."""

from __future__ import annotations

from http.cookies import SimpleCookie

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse

from . import oversight
from .conftest import ROLES, World, names

# Status for each of ROLES, in that order: on an approved case of the clerk's station whose notice is not read yet,
# with an open alert about it; a workstation with a camera stands there. Forms are sent empty.
STATUS = {
    "GET healthz": "200 200 200 200 200 200 200 200 200",
    "POST healthz": "405 405 405 405 405 405 405 405 405",
    "GET set_language": "302 302 302 302 302 302 302 302 302",
    "POST set_language": "302 302 302 302 302 302 302 302 302",
    "GET login": "302 302 302 302 302 302 302 302 200",
    "POST login": "401 401 401 401 401 401 401 401 401",
    "GET logout": "405 405 405 405 405 405 405 405 405",
    "POST logout": "302 302 302 302 302 302 302 302 302",
    "GET desk": "200 200 200 200 200 200 200 200 302",
    "POST desk": "405 405 405 405 405 405 405 405 302",
    "GET search": "200 200 200 200 200 200 200 200 302",
    "POST search": "200 200 200 200 200 200 200 200 302",
    "GET search_suggest": "405 405 405 405 405 405 405 405 302",
    "POST search_suggest": "200 200 200 200 200 200 200 200 302",
    "GET case_pick": "200 200 200 403 403 403 403 403 302",
    "POST case_pick": "405 405 405 405 405 405 405 405 302",
    "GET case_open": "200 200 200 403 403 403 403 403 302",
    "POST case_open": "422 422 422 403 403 403 403 403 302",
    "GET case": "200 200 404 200 200 200 200 404 302",
    "POST case": "405 405 405 405 405 405 405 405 302",
    "GET case_edit": "409 409 404 403 403 403 403 404 302",
    "POST case_edit": "409 409 404 403 403 403 403 404 302",
    "GET case_accept": "405 405 405 405 405 405 405 405 302",
    "POST case_accept": "403 409 404 403 403 403 403 404 302",
    "GET case_hand_up": "405 405 405 405 405 405 405 405 302",
    "POST case_hand_up": "403 409 404 403 403 403 403 404 302",
    "GET case_withdraw": "405 405 405 405 405 405 405 405 302",
    "POST case_withdraw": "403 409 404 403 403 403 403 404 302",
    "GET case_file": "405 405 405 405 405 405 405 405 302",
    "POST case_file": "403 409 404 403 403 403 403 404 302",
    "GET case_turn": "405 405 405 405 405 405 405 405 302",
    "POST case_turn": "403 409 404 409 403 403 409 404 302",
    "GET case_late_begin": "405 405 405 405 405 405 405 405 302",
    "POST case_late_begin": "403 409 404 403 403 403 403 404 302",
    "GET case_late_conclude": "405 405 405 405 405 405 405 405 302",
    "POST case_late_conclude": "403 409 404 403 403 403 403 404 302",
    "GET case_late_abandon": "405 405 405 405 405 405 405 405 302",
    "POST case_late_abandon": "403 409 404 403 403 403 403 404 302",
    "GET case_capture": "200 200 404 403 403 403 403 404 302",
    "POST case_capture": "405 405 405 405 405 405 405 405 302",
    "GET case_upload": "405 405 405 405 405 405 405 405 302",
    "POST case_upload": "302 302 404 403 403 403 403 404 302",
    "GET page_supersede": "405 405 405 405 405 405 405 405 302",
    "POST page_supersede": "422 422 404 403 403 403 403 404 302",
    "GET page_turn": "405 405 405 405 405 405 405 405 302",
    "POST page_turn": "422 422 404 403 403 403 403 404 302",
    "GET page_order": "405 405 405 405 405 405 405 405 302",
    "POST page_order": "422 422 404 403 403 403 403 404 302",
    "GET held_keep": "405 405 405 405 405 405 405 405 302",
    "POST held_keep": "422 422 404 422 403 403 403 404 302",
    "GET held_drop": "405 405 405 405 405 405 405 405 302",
    "POST held_drop": "302 302 404 302 403 403 403 404 302",
    "GET uploads": "200 200 200 200 200 200 200 200 302",
    "POST uploads": "422 422 422 422 403 403 403 403 302",
    "GET upload": "405 405 405 405 405 405 405 405 302",
    "POST upload": "405 405 405 405 405 405 405 405 302",
    "GET worker": "200 200 200 200 200 200 200 200 200",
    "POST worker": "405 405 405 405 405 405 405 405 405",
    "GET page_picture": "404 200 404 404 404 404 404 404 302",  # an address is good for one officer
    "POST page_picture": "405 405 405 405 405 405 405 405 405",
    "GET deputies": "200 200 200 200 200 200 200 200 302",
    "POST deputies": "422 422 422 422 422 422 422 422 302",
    "GET deputy_revoke": "405 405 405 405 405 405 405 405 302",
    "POST deputy_revoke": "403 403 403 302 302 302 403 403 302",
    "GET inbox": "200 200 200 200 200 200 200 200 302",
    "POST inbox": "405 405 405 405 405 405 405 405 302",
    "GET inbox_next": "302 302 302 302 302 302 302 302 302",
    "POST inbox_next": "405 405 405 405 405 405 405 405 302",
    "GET inbox_tally": "200 200 200 200 200 200 200 200 302",
    "POST inbox_tally": "405 405 405 405 405 405 405 405 302",
    "GET approve_together": "405 405 405 405 405 405 405 405 302",
    "POST approve_together": "422 422 422 422 422 422 422 422 302",
    "GET case_decide": "200 200 404 200 200 200 200 404 302",
    "POST case_decide": "403 403 404 403 403 403 403 404 302",
    "GET case_tell_missing": "405 405 405 405 405 405 405 405 302",
    "POST case_tell_missing": "403 409 404 409 409 409 403 404 302",
    "GET case_decide_turn": "405 405 405 405 405 405 405 405 302",
    "POST case_decide_turn": "403 403 404 403 409 403 403 404 302",
    "GET case_notice": "200 200 404 200 200 200 200 404 302",
    "POST case_notice": "405 405 405 405 405 405 405 405 302",
    "GET case_notice_read": "405 405 405 405 405 405 405 405 302",
    "POST case_notice_read": "403 302 404 403 403 403 403 404 302",
    "GET document_page": "200 200 404 200 200 200 200 404 302",
    "POST document_page": "405 405 405 405 405 405 405 405 302",
    "GET case_document": "200 200 404 200 200 200 200 404 302",
    "POST case_document": "405 405 405 405 405 405 405 405 302",
    "GET case_seals": "200 200 404 200 200 200 200 404 302",
    "POST case_seals": "405 405 405 405 405 405 405 405 302",
    "GET case_letter": "200 200 404 200 200 200 200 404 302",
    "POST case_letter": "405 405 405 405 405 405 405 405 302",
    "GET case_letter_hand_over": "405 405 405 405 405 405 405 405 302",
    "POST case_letter_hand_over": "403 302 404 403 403 403 403 404 302",
    "GET case_form": "200 200 404 200 200 200 200 404 302",
    "POST case_form": "405 405 405 405 405 405 405 405 302",
    "GET case_printed": "405 405 405 405 405 405 405 405 302",
    "POST case_printed": "204 204 404 204 204 204 204 404 302",
    "GET case_trail": "200 200 404 200 200 200 200 404 302",
    "POST case_trail": "405 405 405 405 405 405 405 405 302",
    "GET case_trail_export": "409 409 404 409 409 409 409 404 302",  # its events are not in the log yet
    "POST case_trail_export": "405 405 405 405 405 405 405 405 302",
    "GET case_event_proof": "409 409 404 409 409 409 409 404 302",
    "POST case_event_proof": "405 405 405 405 405 405 405 405 302",
    "GET case_page_proof": "200 200 404 200 200 200 200 404 302",
    "POST case_page_proof": "405 405 405 405 405 405 405 405 302",
    "GET case_page_proof_files": "409 409 404 409 409 409 409 404 302",
    "POST case_page_proof_files": "405 405 405 405 405 405 405 405 302",
    "GET trail_book": "403 403 403 403 403 403 200 403 302",
    "POST trail_book": "403 403 403 403 403 403 200 403 302",
    "GET trail_list": "405 405 405 405 405 405 405 405 302",
    "POST trail_list": "403 403 403 403 403 403 200 403 302",
    "GET trail_event_proof": "403 403 403 403 403 403 409 403 302",
    "POST trail_event_proof": "405 405 405 405 405 405 405 405 302",
    "GET unusual_use": "403 403 403 403 403 403 200 403 302",
    "POST unusual_use": "405 405 405 405 405 405 405 405 302",
    "GET seals": "403 403 403 200 200 200 200 403 302",
    "POST seals": "405 405 405 405 405 405 405 405 302",
    "GET seal_issue": "405 405 405 405 405 405 405 405 302",
    "POST seal_issue": "403 403 403 404 404 404 404 403 302",
    "GET seal_lend": "405 405 405 405 405 405 405 405 302",
    "POST seal_lend": "403 403 403 404 404 404 404 403 302",
    "GET seal_loan_end": "405 405 405 405 405 405 405 405 302",
    "POST seal_loan_end": "403 403 403 302 403 403 403 403 302",
    "GET seal_mine": "200 200 200 200 200 200 200 200 302",
    "POST seal_mine": "405 405 405 405 405 405 405 405 302",
    "GET seal_change_pin": "405 405 405 405 405 405 405 405 302",
    "POST seal_change_pin": "404 404 404 404 404 404 404 404 302",
    "GET seal_lost": "405 405 405 405 405 405 405 405 302",
    "POST seal_lost": "404 404 404 404 404 404 404 404 302",
    "GET seal": "404 200 404 200 200 200 200 404 302",
    "POST seal": "405 405 405 405 405 405 405 405 302",
    "GET seal_picture": "404 200 404 200 200 200 200 404 302",
    "POST seal_picture": "405 405 405 405 405 405 405 405 302",
    "GET seal_act": "405 405 405 405 405 405 405 405 302",
    "POST seal_act": "404 422 404 403 422 403 403 404 302",
    "GET case_seal_finish": "405 405 405 405 405 405 405 405 302",
    "POST case_seal_finish": "403 302 404 302 302 302 403 404 302",
    "GET stations": "200 200 200 200 200 200 200 200 302",
    "POST stations": "405 405 405 405 405 405 405 405 302",
    "GET station_register": "405 405 405 405 405 405 405 405 302",
    "POST station_register": "403 302 302 302 403 302 403 403 302",
    "GET station_heartbeat": "405 405 405 405 405 405 405 405 302",
    "POST station_heartbeat": "422 422 422 422 422 422 422 422 302",
    "GET station_renew": "405 405 405 405 405 405 405 405 302",
    "POST station_renew": "403 302 404 302 403 302 403 403 302",
    "GET station_revoke": "405 405 405 405 405 405 405 405 302",
    "POST station_revoke": "403 302 404 302 403 302 403 403 302",
    "GET camera_purpose": "405 405 405 405 405 405 405 405 302",
    "POST camera_purpose": "403 404 404 404 403 404 403 403 302",
    "GET camera_calibrate": "403 200 404 200 403 200 403 403 302",
    "POST camera_calibrate": "405 405 405 405 405 405 405 405 302",
    "GET camera_look": "405 405 405 405 405 405 405 405 302",
    "POST camera_look": "403 409 404 409 403 409 403 403 302",
    "GET camera_calibrated": "405 405 405 405 405 405 405 405 302",
    "POST camera_calibrated": "403 409 404 409 403 409 403 403 302",
    "GET calibration_sheet": "200 200 200 200 200 200 200 200 302",
    "POST calibration_sheet": "405 405 405 405 405 405 405 405 302",
    "GET calibration_sheet_svg": "200 200 200 200 200 200 200 200 302",
    "POST calibration_sheet_svg": "405 405 405 405 405 405 405 405 302",
    "GET batches": "200 200 200 200 200 200 200 200 302",
    "POST batches": "403 302 302 302 302 302 403 403 302",
    "GET batch": "404 200 404 404 404 404 404 404 302",
    "POST batch": "405 405 405 405 405 405 405 405 302",
    "GET batch_bring": "405 405 405 405 405 405 405 405 302",
    "POST batch_bring": "404 302 404 404 404 404 404 404 302",
    "GET batch_look": "404 200 404 404 404 404 404 404 302",
    "POST batch_look": "405 405 405 405 405 405 405 405 302",
    "GET batch_begin": "405 405 405 405 405 405 405 405 302",
    "POST batch_begin": "404 422 404 404 404 404 404 404 302",
    "GET batch_pause": "405 405 405 405 405 405 405 405 302",
    "POST batch_pause": "404 302 404 404 404 404 404 404 302",
    "GET batch_paper": "404 200 404 404 404 404 404 404 302",
    "POST batch_paper": "405 405 405 405 405 405 405 405 302",
    "GET batch_picture": "404 200 404 404 404 404 404 404 302",
    "POST batch_picture": "405 405 405 405 405 405 405 405 302",
    "GET batch_shown": "405 405 405 405 405 405 405 405 302",
    "POST batch_shown": "404 422 404 404 404 404 404 404 302",
    "GET batch_aside": "405 405 405 405 405 405 405 405 302",
    "POST batch_aside": "404 302 404 404 404 404 404 404 302",
    "GET check": "200 200 200 200 200 200 200 200 200",
    "POST check": "422 422 422 422 422 422 422 422 422",
    "GET check_code": "200 200 200 200 200 200 200 200 200",
    "POST check_code": "405 405 405 405 405 405 405 405 405",
    "GET time_stamp": "405 405 405 405 405 405 405 405 405",
    "POST time_stamp": "200 200 200 200 200 200 200 200 200",
    "GET calendar": "200 200 200 200 200 200 200 200 302",
    "POST calendar": "405 405 405 405 405 405 405 405 302",
    "GET calendar_year": "200 200 200 200 200 200 200 200 302",
    "POST calendar_year": "405 405 405 405 405 405 405 405 302",
    "GET calendar_mark": "405 405 405 405 405 405 405 405 302",
    "POST calendar_mark": "403 403 403 403 403 422 403 422 302",
    "GET calendar_complete": "405 405 405 405 405 405 405 405 302",
    "POST calendar_complete": "403 403 403 403 403 422 403 422 302",
    "GET style": "200 200 200 200 200 200 200 200 302",
    "POST style": "405 405 405 405 405 405 405 405 405",
} | oversight.STATUS


def test_every_address_has_a_line() -> None:
    assert set(STATUS) == {f"{method} {name}" for name in names() for method in ("GET", "POST")}


@pytest.mark.slow
@pytest.mark.timeout(1200)  # a thousand requests and more, on whatever machine
def test_every_address_answers_everybody_as_the_table_says(world: World) -> None:
    cookies = _signed_in(world, "zh-hans")
    wrong = {}
    for line, due in STATUS.items():
        expected = dict(zip(ROLES, due.split(), strict=True))
        if set(due.split()) <= {"302", "405"}:  # a method that is not offered is offered to nobody
            expected = {role: expected[role] for role in ("clerk", "overseer", "anonymous")}
        found = {role: str(_status(world, line, cookies[role])) for role in expected}
        if found != expected:
            wrong[line] = found
    assert wrong == {}


@pytest.mark.slow
def test_every_screen_is_shown_in_english_too(world: World) -> None:
    cookies = _signed_in(world, "en")
    screens = {line: dict(zip(due.split()[::-1], ROLES[::-1], strict=True)) for line, due in STATUS.items()}
    first = {line: due["200"] for line, due in screens.items() if line[:3] == "GET" and "200" in due}
    assert {line: _status(world, line, cookies[role]) for line, role in first.items()} == dict.fromkeys(first, 200)


def _signed_in(world: World, language: str) -> dict[str, SimpleCookie]:
    """What the browser of each role sends: signed in once, for that takes longer than most screens."""
    cookies = {}
    for role, officer in world.people.items():
        browser = Client()
        browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        if officer is not None:
            browser.force_login(officer)
        cookies[role] = browser.cookies
    return cookies


def _status(world: World, line: str, cookies: SimpleCookie) -> int:
    method, _, name = line.partition(" ")
    browser = Client(raise_request_exception=False)
    browser.cookies = SimpleCookie({key: kept.value for key, kept in cookies.items()})
    # A bare savepoint: inside an atomic block of ours a refusal would go through a second connection and stay for ever.
    before = transaction.savepoint()
    answer = browser.generic(method, reverse(name, kwargs=world.values.get(name, {})))
    transaction.savepoint_rollback(before)
    return answer.status_code
