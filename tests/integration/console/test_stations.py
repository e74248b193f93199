"""The devices of an office over HTTP: the cookie, the heartbeat, the list, and a calibration from the first picture to the last."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from capture.stations import queries
from capture.stations.models import Calibration, Camera, Workstation
from hukou.accounts.models import Office, Officer
from hukou.console.stations import COOKIE
from hukou.kernel import clock
from tests.integration.console.conftest import SignedIn
from tests.support import stations
from tests.support.stations import DEVICE

BEAT = {"device_id": DEVICE.device_id, "label": DEVICE.label, "width": DEVICE.width, "height": DEVICE.height}


@pytest.fixture
def window(signed_in: SignedIn, clerk: Officer) -> Client:
    """The browser of window 1, registered by the clerk who is signed in there, its camera found."""
    browser = signed_in(clerk)
    browser.post(reverse("station_register"), {"name": "1 号窗口"})
    beat(browser, [BEAT])
    return browser


def beat(browser: Client, cameras: Any) -> Any:
    return browser.post(reverse("station_heartbeat"), json.dumps({"cameras": cameras}), content_type="application/json")


def look(
    browser: Client, photo: bytes, *, kind: str = "sheet", before: list[str] | None = None, ruler: str = ""
) -> Any:
    return browser.post(
        reverse("camera_look", args=[Camera.objects.get().pk]),
        {"kind": kind, "file": SimpleUploadedFile("still.jpg", photo), "look": before or [], "ruler": ruler},
        headers={"Accept": "application/json"},
    )


def test_the_cookie_is_signed_out_of_reach_of_scripts_and_holds_no_digest(window: Client) -> None:
    cookie = window.cookies[COOKIE]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] > 300 * 24 * 3600
    assert Workstation.objects.get().token_sha256 not in cookie.value


def test_an_altered_cookie_is_a_stranger(window: Client) -> None:
    window.cookies[COOKIE] = window.cookies[COOKIE].value[:-1] + "x"

    assert beat(window, [BEAT]).json() == {"workstation": None, "cameras": []}


def test_the_heartbeat_says_what_each_camera_is_good_for(window: Client) -> None:
    answer = beat(window, [BEAT]).json()
    (camera,) = answer["cameras"]

    assert answer["workstation"]["name"] == "1 号窗口"
    assert camera["device_id"] == DEVICE.device_id
    assert camera["certifies"]["A4"]["dpi"] == 199
    assert camera["certifies"]["A4"]["says"] == (
        "此摄像头 500 万像素，A4 只有 199 dpi，达不到 200 dpi（DA/T 31-2017 9.4）。"
    )
    assert camera["calibrated_at"] is None
    assert not camera["due"]


def test_a_browser_nobody_registered_is_told_so_and_leaves_nothing(signed_in: SignedIn, clerk: Officer) -> None:
    assert beat(signed_in(clerk), [BEAT]).json() == {"workstation": None, "cameras": []}
    assert not Camera.objects.exists()


@pytest.mark.parametrize(
    "cameras",
    [
        None,
        "x",
        [1],
        [{}],
        [{"device_id": ""}],
        [{"device_id": "x" * 201}],
        [{"device_id": "d", "width": -1, "height": 5}],
        [{"device_id": "d", "width": 100}],
        [{"device_id": "d", "width": 10**9, "height": 10**9}],
        [{"device_id": "d", "width": "wide", "height": 5}],
        [{"device_id": "d\0"}],
        [BEAT, BEAT],
    ],
)
def test_a_heartbeat_that_makes_no_sense_is_refused_and_changes_nothing(window: Client, cameras: Any) -> None:
    assert beat(window, cameras).status_code == 422
    assert Camera.objects.count() == 1


def test_a_heartbeat_does_not_keep_an_idle_session_alive(window: Client) -> None:
    def ends() -> datetime:
        return Session.objects.get(pk=window.session.session_key).expire_date

    before = ends()
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        beat(window, [BEAT])
        assert ends() == before
        window.get(reverse("desk"))
        assert ends() > before


def test_a_signed_out_browser_cannot_beat_for_its_workstation(window: Client) -> None:
    window.logout()

    assert beat(window, []).status_code in (302, 401)


def test_the_list_shows_the_machine_its_camera_and_what_it_cannot_do(window: Client) -> None:
    page = window.get(reverse("stations")).content.decode()

    for words in ("桥头所", "1 号窗口", "本机", "2592 × 1944", "199 dpi", "未校准", "达不到 200 dpi", "在线"):
        assert words in page


def test_branch_and_city_see_the_machines_under_them_and_another_station_none(
    window: Client, signed_in: SignedIn, branch_officer: Officer, overseer: Officer, other_clerk: Officer
) -> None:
    for officer, sees in ((branch_officer, True), (overseer, True), (other_clerk, False)):
        page = signed_in(officer).get(reverse("stations")).content.decode()
        assert ("1 号窗口</strong>" in page) == sees


def test_a_name_that_is_taken_is_told_on_the_page(window: Client) -> None:
    page = window.post(reverse("station_register"), {"name": "1 号窗口"}, follow=True).content.decode()

    assert "本单位已有同名的工作站" in page
    assert Workstation.objects.count() == 1


def test_the_citys_officer_registers_for_any_station(
    signed_in: SignedIn, city_officer: Officer, other_station: Office
) -> None:
    browser = signed_in(city_officer)
    browser.post(reverse("station_register"), {"office": other_station.pk, "name": "2 号窗口"})

    assert Workstation.objects.get().office == other_station
    for wrong in ("0", "999999", "x"):
        browser.post(reverse("station_register"), {"office": wrong, "name": "3 号窗口"})
    assert not Workstation.objects.filter(name="3 号窗口").exclude(office=city_officer.duties_on()[0].office).exists()


def test_a_browser_registered_again_takes_over_and_a_revoked_one_is_a_stranger(
    window: Client, signed_in: SignedIn, clerk: Officer
) -> None:
    fresh, workstation = signed_in(clerk), Workstation.objects.get()
    fresh.post(reverse("station_renew", args=[workstation.pk]))
    assert beat(window, []).json()["workstation"] is None
    assert beat(fresh, []).json()["workstation"]["id"] == workstation.pk

    fresh.post(reverse("station_revoke", args=[workstation.pk]), {"reason": "电脑已更换"})
    assert beat(fresh, []).json()["workstation"] is None
    assert "1 号窗口</strong>" not in fresh.get(reverse("stations")).content.decode()


def test_a_camera_is_calibrated_picture_by_picture(window: Client) -> None:
    tokens: list[str] = []
    for number in range(5):
        answer = look(window, stations.sheet(number), before=tokens).json()
        tokens.append(answer["token"])
        assert answer["progress"]["views"] == number + 1
        assert answer["progress"]["px_per_mm"] == pytest.approx(7.86, rel=0.005)
    assert answer["progress"]["ready"]
    assert any("达不到 200 dpi" in sentence for sentence in answer["progress"]["says"])
    for kind, photo in (("mat", stations.mat()), ("grey", stations.grey())):
        answer = look(window, photo, kind=kind, before=tokens).json()
        tokens.append(answer["token"])
    assert (answer["progress"]["mat"], answer["progress"]["grey"]) == (True, True)

    camera = Camera.objects.get()
    saved = window.post(reverse("camera_calibrated", args=[camera.pk]), {"look": tokens, "ruler": "100,0"})
    assert saved.status_code == 201
    model = queries.camera_model(camera.pk, DEVICE.width, DEVICE.height)
    assert model is not None
    assert model.mat is not None
    assert model.grey is not None
    assert "已校准" in window.get(reverse("stations")).content.decode()
    assert beat(window, [BEAT]).json()["cameras"][0]["calibrated_at"]


def test_a_picture_that_cannot_be_used_is_refused_with_what_to_do(window: Client) -> None:
    refused = look(window, stations.mat())

    assert refused.status_code == 422
    assert refused.json()["code"] == "sheet_not_found"
    assert refused.json()["advice"]
    for photo in (b"", b"\xff\xd8\xff", b"GIF89a"):
        assert look(window, photo).json()["code"] == "picture_unreadable"


def test_a_picture_that_says_nothing_new_is_not_taken(window: Client) -> None:
    first = look(window, stations.sheet(0)).json()

    again = look(window, stations.sheet(0), before=[first["token"]])
    assert (again.status_code, again.json()["code"]) == (422, "sheet_not_moved")


def test_a_sheet_printed_at_the_wrong_scale_is_told_at_once_and_not_kept(window: Client) -> None:
    answer = look(window, stations.sheet(0), ruler="70.7").json()

    assert answer["progress"]["problems"][0]["code"] == "sheet_wrong_scale"
    assert look(window, stations.sheet(0), ruler="long").json()["code"] == "ruler_unreadable"
    assert look(window, stations.sheet(0), ruler="nan").json()["code"] == "ruler_unreadable"


def test_half_a_calibration_and_foreign_tokens_are_not_kept(window: Client) -> None:
    token = look(window, stations.sheet(0)).json()["token"]
    address = reverse("camera_calibrated", args=[Camera.objects.get().pk])
    json_wanted = {"Accept": "application/json"}

    assert window.post(address, {"look": [token]}, headers=json_wanted).json()["code"] == "calibration_incomplete"
    assert window.post(address, {"look": ["x"]}, headers=json_wanted).json()["code"] == "picture_forgotten"
    assert window.post(address, {"look": [token] * 11}, headers=json_wanted).json()["code"] == "picture_forgotten"
    assert not Calibration.objects.exists()


def test_the_calibration_page_works_at_its_own_workstation_only(
    window: Client, signed_in: SignedIn, clerk: Officer
) -> None:
    address = reverse("camera_calibrate", args=[Camera.objects.get().pk])

    assert "data-calibrate" in window.get(address).content.decode()
    elsewhere = signed_in(clerk)
    assert "data-calibrate" not in elsewhere.get(address).content.decode()
    assert look(elsewhere, stations.sheet(0)).json()["code"] == "other_workstation"


def test_the_sheet_is_served_as_exact_svg(signed_in: SignedIn, clerk: Officer) -> None:
    answer = signed_in(clerk).get(reverse("calibration_sheet_svg"))

    assert answer["Content-Type"] == "image/svg+xml"
    assert b'width="297mm" height="210mm"' in answer.content


def test_the_list_asks_the_database_as_much_for_many_cameras_as_for_one(window: Client) -> None:
    asked = []
    for many in (1, 12):
        beat(window, [{**BEAT, "device_id": str(number)} for number in range(many)])
        with CaptureQueriesContext(connection) as queries_made:
            window.get(reverse("stations"))
        asked.append(len(queries_made))

    assert asked[0] == asked[1] <= 19
