"""Workstations: who registers them, how their browser is known, and what a heartbeat leaves behind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from audit.trail.models import Event
from capture.stations import actions, errors, queries
from capture.stations.models import Camera, Heartbeat, Workstation
from capture.stations.types import Device
from hukou.accounts.models import Office, Officer
from hukou.kernel import canonical, clock
from hukou.kernel.errors import NotFound, NotPermitted
from tests.support.stations import DEVICE

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def workstation(station: Office, clerk: Officer) -> Workstation:
    return actions.register(office_id=station.pk, name="1 号窗口", by=clerk)[0]


def acts(subject: str) -> list[str]:
    return list(Event.objects.filter(subject=subject).order_by("subject_seq").values_list("action", flat=True))


def test_a_registered_browser_is_known_by_its_token_and_only_its_digest_is_kept(
    station: Office, clerk: Officer
) -> None:
    workstation, token = actions.register(office_id=station.pk, name="  1 号窗口 ", by=clerk)

    assert queries.workstation_of(token) == workstation
    assert workstation.name == "1 号窗口"
    assert workstation.token_sha256 == canonical.sha256(token.encode())
    assert queries.workstation_of("another") is None
    assert queries.workstation_of(None) is None
    assert acts(f"stations.workstation:{workstation.pk}") == ["station.registered"]
    assert token not in str(list(Event.objects.values_list("details", flat=True)))


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("clerk", True),
        ("leader", True),
        ("city_officer", True),
        ("auxiliary", False),
        ("community_officer", False),
        ("other_clerk", False),
        ("branch_officer", False),
        ("overseer", False),
        ("system_admin", False),
    ],
)
def test_who_may_set_up_a_workstation(
    who: str, may: bool, station: Office, workstation: Workstation, request: pytest.FixtureRequest
) -> None:
    officer = request.getfixturevalue(who)
    verbs = [
        lambda: actions.register(office_id=station.pk, name="2 号窗口", by=officer),
        lambda: actions.renew(workstation_id=workstation.pk, by=officer),
        lambda: actions.revoke(workstation_id=workstation.pk, reason="电脑已更换", by=officer),
    ]
    for verb in verbs:
        if may:
            verb()
        else:
            with pytest.raises(NotPermitted):
                verb()
    refused = Event.objects.filter(action__endswith=".refused").count()
    assert refused == (0 if may else 3)
    assert (station in queries.offices_to_equip(officer)) == may


def test_a_name_stands_once_per_office_while_in_use(station: Office, clerk: Officer, workstation: Workstation) -> None:
    with pytest.raises(errors.NameTaken):
        actions.register(office_id=station.pk, name="1 号窗口", by=clerk)
    with pytest.raises(errors.NameMissing):
        actions.register(office_id=station.pk, name="   ", by=clerk)
    actions.revoke(workstation_id=workstation.pk, reason="电脑已更换", by=clerk)

    assert actions.register(office_id=station.pk, name="1 号窗口", by=clerk)[0].pk != workstation.pk


def test_registering_again_makes_the_former_browser_a_stranger(station: Office, clerk: Officer) -> None:
    workstation, former = actions.register(office_id=station.pk, name="1 号窗口", by=clerk)
    again, token = actions.renew(workstation_id=workstation.pk, by=clerk)

    assert again == workstation
    assert queries.workstation_of(former) is None
    assert queries.workstation_of(token) == workstation


def test_a_revoked_workstation_is_a_stranger_and_stays_one(station: Office, clerk: Officer) -> None:
    workstation, token = actions.register(office_id=station.pk, name="1 号窗口", by=clerk)
    with pytest.raises(errors.RevokingReasonMissing):
        actions.revoke(workstation_id=workstation.pk, reason=" ", by=clerk)
    actions.revoke(workstation_id=workstation.pk, reason="电脑已更换", by=clerk)

    assert queries.workstation_of(token) is None
    for verb in (actions.renew, actions.revoke):
        with pytest.raises(errors.RevokedAlready):
            verb(workstation_id=workstation.pk, by=clerk, **({"reason": "再次"} if verb is actions.revoke else {}))
    event = Event.objects.get(subject=f"stations.workstation:{workstation.pk}", action="station.revoked")
    assert "电脑已更换" not in str(event.details)


def test_no_such_office_and_no_such_workstation(clerk: Officer) -> None:
    with pytest.raises(NotFound):
        actions.register(office_id=0, name="x", by=clerk)
    with pytest.raises(NotFound):
        actions.renew(workstation_id=0, by=clerk)


def test_beats_leave_one_row_and_the_cameras_with_their_greatest_size(workstation: Workstation) -> None:
    small = Device(DEVICE.device_id, DEVICE.label, 1600, 1200)
    with clock.frozen(MONDAY):
        (camera,) = actions.beat(workstation=workstation, devices=[small])
    later = MONDAY + timedelta(minutes=1)
    with clock.frozen(later):
        actions.beat(workstation=workstation, devices=[DEVICE])
        actions.beat(workstation=workstation, devices=[small])
        actions.beat(workstation=workstation, devices=[Device(DEVICE.device_id, DEVICE.label)])

    camera.refresh_from_db()
    assert (camera.width, camera.height, camera.resized_at) == (2592, 1944, later)
    assert Heartbeat.objects.get().seen_at == later
    assert Camera.objects.count() == 1
    assert acts(f"stations.camera:{camera.pk}") == ["camera.added"]


def test_a_camera_is_recognised_when_the_browser_has_forgotten_its_number(workstation: Workstation) -> None:
    portrait = Device("p" * 64, "Portrait", 1920, 1080)
    before = actions.beat(workstation=workstation, devices=[DEVICE, portrait])
    fresh = [Device("e" * 64, DEVICE.label, 2592, 1944), Device("q" * 64, "Portrait", 1920, 1080)]

    assert actions.beat(workstation=workstation, devices=fresh) == before
    assert Camera.objects.count() == 2


def test_two_cameras_of_one_make_are_not_taken_for_each_other(workstation: Workstation) -> None:
    twins = [Device("a" * 64, "Twin"), Device("b" * 64, "Twin")]
    actions.beat(workstation=workstation, devices=twins)
    actions.beat(workstation=workstation, devices=[Device("c" * 64, "Twin"), Device("e" * 64, "Twin")])

    assert Camera.objects.count() == 4


def test_a_beat_with_a_camera_twice_or_far_too_many_is_refused(workstation: Workstation) -> None:
    for devices in ([DEVICE, DEVICE], [Device(str(n), "") for n in range(17)]):
        with pytest.raises(errors.BeatUnreadable):
            actions.beat(workstation=workstation, devices=devices)
    assert not Heartbeat.objects.exists()


def test_stations_see_their_own_branch_and_city_those_under_them(
    workstation: Workstation,
    clerk: Officer,
    other_clerk: Officer,
    branch_officer: Officer,
    overseer: Officer,
    system_admin: Officer,
) -> None:
    for officer in (clerk, branch_officer, overseer, system_admin):
        assert queries.workstation_for(officer, workstation.pk) == workstation
    with pytest.raises(NotFound):
        queries.workstation_for(other_clerk, workstation.pk)


def test_the_database_refuses_what_no_workstation_can_be(workstation: Workstation) -> None:
    for broken in ({"token_sha256": "plain"}, {"name": ""}, {"revoked_reason": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Workstation.objects.filter(pk=workstation.pk).update(**broken)
