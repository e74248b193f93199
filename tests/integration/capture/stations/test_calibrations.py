"""Calibrations: kept for good, taken into account where they fit, and called for again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from audit.alerts.models import Alert
from audit.alerts.sweep import sweep
from audit.trail.models import Event
from capture.stations import actions, errors, looks, queries, reminders, words
from capture.stations.models import Calibration, Camera, Workstation
from capture.stations.types import Certificate, Device
from hukou.accounts.models import Office, Officer
from hukou.kernel import clock
from hukou.kernel.errors import NotFound, NotPermitted
from tests.support import stations
from tests.support.stations import DEVICE, LENS
from tests.support.watching import found

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""10 o'clock in the city."""


@pytest.fixture
def camera(station: Office, clerk: Officer) -> Camera:
    """A document camera of 5 million pixels at window 1, just plugged in."""
    with clock.frozen(MONDAY):
        workstation, _token = actions.register(office_id=station.pk, name="1 号窗口", by=clerk)
        (camera,) = actions.beat(workstation=workstation, devices=[DEVICE])
    return camera


def calibrated(camera: Camera, by: Officer) -> Calibration:
    with clock.frozen(MONDAY):
        return actions.calibrate(
            camera_id=camera.pk,
            looks=stations.round_of_pictures(),
            ruler_mm=100.0,
            workstation=camera.workstation,
            by=by,
        )


def test_a_calibration_is_kept_and_given_to_the_pipeline(camera: Camera, clerk: Officer) -> None:
    kept = calibrated(camera, clerk)
    model = queries.camera_model(camera.pk, LENS.width, LENS.height)

    assert model == kept.model
    assert model is not None
    assert model.px_per_mm == pytest.approx(7.86, rel=0.005)
    assert model.mat is not None
    assert model.grey is not None
    assert len(kept.photos) == 7
    event = Event.objects.get(action="camera.calibrated")
    assert event.details["photos"] == kept.photos
    assert event.details["px_per_mm"].startswith("7.8")


def test_a_model_is_given_for_the_same_picture_made_smaller_and_for_no_other(camera: Camera, clerk: Officer) -> None:
    assert queries.camera_model(camera.pk, LENS.width, LENS.height) is None
    calibrated(camera, clerk)

    assert queries.camera_model(camera.pk, 1296, 972) is not None
    assert queries.camera_model(camera.pk, 1920, 1080) is None
    assert queries.camera_model(camera.pk, 0, 0) is None
    assert queries.camera_model(0, LENS.width, LENS.height) is None


def test_the_newest_calibration_counts_and_the_former_stay(camera: Camera, clerk: Officer) -> None:
    first, second = calibrated(camera, clerk), calibrated(camera, clerk)

    assert queries.calibration_of(camera) == second
    assert Calibration.objects.filter(pk=first.pk).exists()


def test_a_calibration_never_changes_in_the_database_itself(camera: Camera, clerk: Officer) -> None:
    kept = calibrated(camera, clerk)
    for change in (
        lambda: Calibration.objects.filter(pk=kept.pk).update(px_per_mm=9),
        lambda: Calibration.objects.filter(pk=kept.pk).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


@pytest.mark.parametrize(
    "broken",
    [
        {"px_per_mm": 0},
        {"ruler_mm": 70},
        {"distortion": [0, 0]},
        {"mat": [1, 2, 3]},
        {"grey": [1]},
        {"photos": []},
        {"width": 0},
        {"views": 0},
    ],
)
def test_the_database_refuses_what_no_calibration_can_be(
    broken: dict[str, object], camera: Camera, clerk: Officer
) -> None:
    kept = calibrated(camera, clerk)
    kept.pk = None
    for name, value in broken.items():
        setattr(kept, name, value)
    with pytest.raises(IntegrityError), transaction.atomic():
        kept.save(force_insert=True)


@pytest.mark.parametrize(
    ("who", "may"),
    [("clerk", True), ("leader", True), ("city_officer", True), ("auxiliary", False), ("other_clerk", False)],
)
def test_who_may_calibrate(who: str, may: bool, camera: Camera, request: pytest.FixtureRequest) -> None:
    officer = request.getfixturevalue(who)
    if may:
        assert calibrated(camera, officer).by == officer
        return
    with pytest.raises(NotPermitted):
        calibrated(camera, officer)
    assert Event.objects.filter(action="camera.calibrate.refused").count() == 1


def test_a_camera_is_calibrated_at_its_own_workstation_only(camera: Camera, station: Office, clerk: Officer) -> None:
    other, _token = actions.register(office_id=station.pk, name="2 号窗口", by=clerk)
    for workstation in (None, other):
        with pytest.raises(errors.OtherWorkstation):
            actions.calibrate(
                camera_id=camera.pk,
                looks=stations.round_of_pictures(),
                ruler_mm=100,
                workstation=workstation,
                by=clerk,
            )


def test_nothing_is_kept_while_pictures_are_missing_or_wrong(camera: Camera, clerk: Officer) -> None:
    every = stations.round_of_pictures()
    for pictures, ruler, refusal in (
        ([], 100, errors.Incomplete),
        (every[:2], 100, errors.Incomplete),
        (every[-2:], 100, errors.Incomplete),
        (every, 70, errors.PrintedWrong),
    ):
        with pytest.raises(refusal):
            actions.calibrate(
                camera_id=camera.pk, looks=pictures, ruler_mm=ruler, workstation=camera.workstation, by=clerk
            )
    assert not Calibration.objects.exists()


def test_a_look_comes_back_from_its_token_for_its_own_camera_and_unaltered(camera: Camera) -> None:
    look = stations.seen("mat")
    token = look.token()

    assert looks.kept(0, [token]) == [look]
    for camera_id, changed in ((camera.pk, token), (0, token[:-1] + "x"), (0, "")):
        with pytest.raises(errors.PictureForgotten):
            looks.kept(camera_id, [changed])


def test_pictures_that_cannot_be_used_are_refused_in_words() -> None:
    for kind, photo, refusal in (
        ("sheet", stations.mat(), errors.SheetNotFound),
        ("mat", stations.sheet(0), errors.MatNotEmpty),
        ("grey", stations.sheet(0), errors.NotACard),
        ("sheet", b"no picture", errors.PictureUnreadable),
        ("grey", b"", errors.PictureUnreadable),
    ):
        with pytest.raises(refusal) as refused:
            looks.at(1, kind, photo)  # type: ignore[arg-type]
        assert refused.value.text
        assert refused.value.advice


def test_what_a_camera_certifies_is_estimated_before_and_measured_after_calibration(
    camera: Camera, clerk: Officer
) -> None:
    before = {one.paper: one for one in queries.certifies(camera)}
    calibrated(camera, clerk)
    after = {one.paper: one for one in queries.certifies(camera)}

    assert (before["A4"].dpi, before["A4"].grade, before["A4"].estimated) == (199, 0, True)
    assert (before["A3"].dpi, before["A3"].estimated) == (149, True)
    assert (after["A4"].dpi, after["A4"].grade, after["A4"].estimated) == (199, 0, False)
    assert (after["A3"].fits, after["A3"].grade) == (False, 0)
    assert after["ID-1"].dpi == 199


@pytest.mark.parametrize(
    ("size", "dpi"), [((2592, 1944), 199), ((3264, 2448), 251), ((4160, 3120), 320), ((4608, 3456), 354)]
)
def test_an_uncalibrated_camera_is_reckoned_from_the_usual_field(
    size: tuple[int, int], dpi: int, station: Office, clerk: Officer
) -> None:
    workstation, _token = actions.register(office_id=station.pk, name="1 号窗口", by=clerk)
    (camera,) = actions.beat(workstation=workstation, devices=[Device("d", "", *size)])

    assert queries.certifies(camera)[0].dpi == dpi


@pytest.mark.parametrize(
    ("size", "chinese", "english"),
    [
        ((2592, 1944), "500 万像素", "5.0 megapixels"),
        ((3264, 2448), "800 万像素", "8.0 megapixels"),
        ((1920, 1080), "210 万像素", "2.1 megapixels"),
        ((4608, 3456), "1600 万像素", "15.9 megapixels"),
    ],
)
def test_a_sensor_is_called_by_its_pixels_as_people_say(size: tuple[int, int], chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert words.pixels(*size) == chinese
    with translation.override("en"):
        assert words.pixels(*size) == english


def test_what_a_camera_certifies_is_said_in_one_plain_sentence() -> None:
    said = []
    for dpi, fits in ((199, True), (251, True), (320, True), (199, False)):
        with translation.override("zh-hans"):
            said.append(words.says(Certificate("ID-1", dpi, fits, estimated=False), 2592, 1944))

    assert said == [
        "此摄像头 500 万像素，身份证只有 199 dpi，达不到 200 dpi（DA/T 31-2017 9.4）。",
        "身份证：251 dpi，一般页面够用（200 dpi），字小或密集的页面不够（300 dpi）。",
        "身份证：320 dpi，字小或密集的页面也够用（300 dpi）。",
        "在摄像头现有高度下，身份证不能完整进入画面。",
    ]


def test_a_camera_nobody_has_seen_running_certifies_nothing(station: Office, clerk: Officer) -> None:
    workstation, _token = actions.register(office_id=station.pk, name="1 号窗口", by=clerk)
    (camera,) = actions.beat(workstation=workstation, devices=[Device("d", "x")])

    assert queries.certifies(camera) == ()


def test_a_calibration_falls_due_after_its_days_and_when_the_pictures_change(camera: Camera, clerk: Officer) -> None:
    calibrated(camera, clerk)
    assert queries.due_at(camera, queries.calibration_of(camera)) == MONDAY + timedelta(days=180)
    assert found(reminders.CALIBRATION_DUE, MONDAY + timedelta(days=179)) == []
    (due,) = found(reminders.CALIBRATION_DUE, MONDAY + timedelta(days=181))
    assert due.office_id == camera.workstation.office_id

    changed = MONDAY + timedelta(days=3)
    with clock.frozen(changed):
        (camera,) = actions.beat(workstation=camera.workstation, devices=[Device(DEVICE.device_id, "", 3264, 2448)])
    (due,) = found(reminders.CALIBRATION_DUE, changed)
    assert due.due_at == changed


def test_a_portrait_camera_and_a_revoked_workstation_call_for_nothing(camera: Camera, clerk: Officer) -> None:
    calibrated(camera, clerk)
    late = MONDAY + timedelta(days=400)
    actions.assign_camera(camera_id=camera.pk, purpose="portrait", by=clerk)
    assert found(reminders.CALIBRATION_DUE, late) == []
    actions.assign_camera(camera_id=camera.pk, purpose="document", by=clerk)
    actions.revoke(workstation_id=camera.workstation_id, reason="电脑已更换", by=clerk)
    assert found(reminders.CALIBRATION_DUE, late) == []
    assert found(reminders.SILENT, late) == []


def test_a_silent_workstation_raises_one_alert_and_a_weekend_does_not_count(camera: Camera) -> None:
    friday = datetime(2026, 11, 27, 6, 0, tzinfo=UTC)  # 14 o'clock in the city: 3 + 8 + 5 working hours
    with clock.frozen(friday):
        actions.beat(workstation=camera.workstation, devices=[])
    assert found(reminders.SILENT, datetime(2026, 12, 1, 5, 59, tzinfo=UTC)) == []
    for moment in (datetime(2026, 12, 1, 6, 0, tzinfo=UTC), datetime(2026, 12, 5, 6, 0, tzinfo=UTC)):
        with clock.frozen(moment):
            sweep()

    alert = Alert.objects.get(rule=reminders.SILENT, rung=1)
    assert alert.subject == f"stations.workstation:{camera.workstation_id}"
    assert alert.due_at == datetime(2026, 12, 1, 6, 0, tzinfo=UTC)
    assert alert.office == camera.workstation.office
    assert queries.names_of([alert.subject, f"stations.camera:{camera.pk}", "cases.case:1"]) == {
        alert.subject: "1 号窗口",
        f"stations.camera:{camera.pk}": f"1 号窗口 {DEVICE.label}",
    }


def test_what_a_camera_is_for_is_one_of_two_things(camera: Camera, clerk: Officer, auxiliary: Officer) -> None:
    assert actions.assign_camera(camera_id=camera.pk, purpose="portrait", by=clerk).purpose == "portrait"
    with pytest.raises(NotFound):
        actions.assign_camera(camera_id=camera.pk, purpose="door", by=clerk)
    with pytest.raises(NotPermitted):
        actions.assign_camera(camera_id=camera.pk, purpose="document", by=auxiliary)
    assert Workstation.objects.get().cameras.get().purpose == "portrait"
