"""Every screen either puts on record whom it showed what, or stands here with the reason why it need not."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from audit.trail import vocabulary
from audit.trail.vocabulary import Kind
from hukou.console import looking

from . import oversight

NOBODY = "shows nothing of any citizen"
OFFICERS = "shows officers, duties, seals and devices, no citizen"
ACT = "does something; the act is on record, and a page it shows again puts its look on record with that page"
PUBLIC = "is open to anybody, shows no name, and records the question itself (notice.checked)"
ITSELF = "writes an event of its own, every time, before its answer goes out"
OWN = "says back to a script only what its officer has just sent"

WHY_NOT = {
    "healthz": NOBODY,
    "set_language": NOBODY,
    "login": NOBODY,
    "logout": NOBODY,
    "case_pick": NOBODY,
    "case_open": "an empty form, or what its officer typed",
    "case_accept": ACT,
    "case_hand_up": ACT,
    "case_withdraw": ACT,
    "case_turn": ACT,
    "case_file": ACT,
    "case_late_begin": ACT,
    "case_late_conclude": ACT,
    "case_late_abandon": ACT,
    "case_decide_turn": ACT,
    "case_notice_read": ACT,
    "case_letter_hand_over": ACT,
    "case_tell_missing": ACT,
    "case_seal_finish": ACT,
    "case_printed": ACT,
    "case_trail_export": ITSELF,
    "case_event_proof": ITSELF,
    "case_page_proof_files": ITSELF,
    "trail_book": ITSELF,
    "trail_list": ITSELF,
    "trail_event_proof": ITSELF,
    "unusual_use": ITSELF,
    "case_upload": OWN,
    "page_supersede": ACT,
    "page_turn": OWN,
    "page_order": OWN,
    "held_keep": OWN,
    "held_drop": ACT,
    "uploads": OWN,
    "upload": OWN,
    "worker": NOBODY,
    "page_picture": "its page is on record since the case was opened; later it is put on record by itself (images.picture)",
    "deputies": OFFICERS,
    "deputy_revoke": ACT,
    "inbox_tally": "a number",
    "inbox_next": "leads on to a case, which puts its own look on record",
    "seals": OFFICERS,
    "seal_issue": ACT,
    "seal_lend": ACT,
    "seal_loan_end": ACT,
    "seal_mine": OFFICERS,
    "seal_change_pin": ACT,
    "seal_lost": ACT,
    "seal": OFFICERS,
    "seal_picture": OFFICERS,
    "seal_act": ACT,
    "stations": OFFICERS,
    "station_register": ACT,
    "station_heartbeat": OFFICERS,
    "station_renew": ACT,
    "station_revoke": ACT,
    "camera_purpose": ACT,
    "camera_calibrate": OFFICERS,
    "camera_look": OWN,
    "camera_calibrated": ACT,
    "calibration_sheet": NOBODY,
    "calibration_sheet_svg": NOBODY,
    "batch_bring": ACT,
    "batch_begin": ACT,
    "batch_pause": ACT,
    "batch_shown": ACT,
    "batch_aside": ACT,
    "check": PUBLIC,
    "check_code": PUBLIC,
    "time_stamp": NOBODY,
    "calendar": NOBODY,
    "calendar_year": NOBODY,
    "calendar_mark": NOBODY,
    "calendar_complete": NOBODY,
    "style": NOBODY,
} | oversight.WHY_NOT


def test_every_screen_is_on_record_or_has_a_reason() -> None:
    unmarked = {route.name for route in _routes() if not looking.shown_by(route.callback)}
    assert unmarked == set(WHY_NOT)


def test_what_a_screen_puts_on_record_is_registered_as_a_look() -> None:
    marked = {action for route in _routes() for action in looking.shown_by(route.callback)}
    assert marked
    assert marked <= vocabulary.names_of(Kind.VIEW)


def _routes(routes: URLResolver | None = None) -> Iterator[URLPattern]:
    for route in (routes or get_resolver()).url_patterns:
        if isinstance(route, URLResolver):
            yield from _routes(route)
        else:
            yield route
