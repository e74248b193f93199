"""Verbs of devices: register a browser as a workstation, hear its heartbeat, calibrate its cameras."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from django.db import IntegrityError, transaction

from audit.trail import actions as trail
from capture.pipeline import calibration
from hukou.accounts import policies
from hukou.accounts.models import Office, Officer
from hukou.kernel import canonical, clock
from hukou.kernel.errors import NotFound

from . import errors
from .looks import Look
from .models import Calibration, Camera, Heartbeat, Workstation
from .types import Device

__all__ = ["assign_camera", "beat", "calibrate", "register", "renew", "revoke"]

TOKEN_BYTES = 32
MOST_CAMERAS = 16
"""Cameras one workstation may name; more is not a desk but a mistake."""


@trail.records_refusal("station.register", subject="accounts.office", key="office_id")
@transaction.atomic
def register(*, office_id: int, name: str, by: Officer) -> tuple[Workstation, str]:
    """Make the browser in front of `by` a workstation of the office. Answers it and the token its cookie is to carry;
    the token is kept nowhere else. Raises NotFound, NotPermitted, NameMissing, NameTaken."""
    office = Office.objects.select_related("parent__parent").filter(pk=office_id).first()
    if office is None:
        raise NotFound
    policies.require(by, "station.register", office)
    name = _name(name)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    try:
        with transaction.atomic():
            workstation = Workstation.objects.create(
                office=office, name=name, token_sha256=_digest(token), registered_by=by, registered_at=clock.now()
            )
    except IntegrityError as cause:
        raise errors.NameTaken from cause
    trail.record("station.registered", subject=workstation, by=by, office=office, details={"name": name})
    return workstation, token


@trail.records_refusal("station.renew", subject="stations.workstation", key="workstation_id")
@transaction.atomic
def renew(*, workstation_id: int, by: Officer) -> tuple[Workstation, str]:
    """Make the browser in front of `by` the one this workstation is known by: a new computer, a cookie that was lost.

    The browser before it is a stranger from now on. Raises NotFound, NotPermitted, RevokedAlready.
    """
    workstation = _in_use(workstation_id, by)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    workstation.token_sha256, workstation.registered_by = _digest(token), by
    workstation.registered_at = clock.now()
    workstation.save(update_fields=["token_sha256", "registered_by", "registered_at"])
    trail.record("station.renewed", subject=workstation, by=by, office=workstation.office, details=_named(workstation))
    return workstation, token


@trail.records_refusal("station.revoke", subject="stations.workstation", key="workstation_id")
@transaction.atomic
def revoke(*, workstation_id: int, reason: str, by: Officer) -> Workstation:
    """Take a workstation out of use; its browser is a stranger from now on, its cameras and calibrations stay on record.

    Raises NotFound, NotPermitted, RevokedAlready, RevokingReasonMissing.
    """
    workstation = _in_use(workstation_id, by)
    reason = reason.strip()[:200]
    if not reason:
        raise errors.RevokingReasonMissing
    workstation.revoked_at, workstation.revoked_by, workstation.revoked_reason = clock.now(), by, reason
    workstation.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
    trail.record(
        "station.revoked",
        subject=workstation,
        by=by,
        office=workstation.office,
        # The reason is free text and may name people; the trail proves it by its digest.
        details={**_named(workstation), "reason_sha256": canonical.sha256(reason.encode())},
    )
    return workstation


@transaction.atomic
def beat(*, workstation: Workstation, devices: Sequence[Device]) -> list[Camera]:
    """Note that a workstation is alive and which cameras it has; answers those it named, in their order.

    A camera that comes back under another device id but with the one label only it had is the same camera.
    Raises BeatUnreadable.
    """
    if len(devices) > MOST_CAMERAS or len({device.device_id for device in devices}) < len(devices):
        raise errors.BeatUnreadable
    Workstation.objects.select_for_update().get(pk=workstation.pk)  # two tabs of one browser beat at the same time
    Heartbeat.objects.bulk_create(
        [Heartbeat(workstation=workstation, seen_at=clock.now())],
        update_conflicts=True,
        unique_fields=["workstation"],
        update_fields=["seen_at"],
    )
    known = {camera.device_id: camera for camera in workstation.cameras.all()}
    _follow(known, devices)
    return [_seen(workstation, known.get(device.device_id), device) for device in devices]


@trail.records_refusal("camera.assign", subject="stations.camera", key="camera_id")
@transaction.atomic
def assign_camera(*, camera_id: int, purpose: str, by: Officer) -> Camera:
    """Say what a camera is for. Raises NotFound, NotPermitted, RevokedAlready."""
    camera = _camera(camera_id, by)
    if purpose not in Camera.Purpose.values:
        raise NotFound
    camera.purpose = purpose
    camera.save(update_fields=["purpose"])
    trail.record(
        "camera.assigned", subject=camera, by=by, office=camera.workstation.office, details={"purpose": purpose}
    )
    return camera


@trail.records_refusal("camera.calibrate", subject="stations.camera", key="camera_id")
@transaction.atomic
def calibrate(
    *, camera_id: int, looks: Sequence[Look], ruler_mm: float, workstation: Workstation | None, by: Officer
) -> Calibration:
    """Keep what a round of pictures says of a camera. `workstation`: the one it is done at, `ruler_mm`: what the printed
    ruler of 100 mm measures. Raises NotFound, NotPermitted, RevokedAlready, OtherWorkstation, and what `judged` raises."""
    camera = _camera(camera_id, by)
    if workstation is None or workstation.pk != camera.workstation_id:
        raise errors.OtherWorkstation
    result = judged(looks, ruler_mm)
    model = result.model
    if model is None or model.px_per_mm is None or result.needs:
        raise errors.Incomplete
    kept = Calibration.objects.create(
        camera=camera,
        width=model.width,
        height=model.height,
        focal=model.focal,
        centre_x=model.centre[0],
        centre_y=model.centre[1],
        distortion=list(model.distortion),
        px_per_mm=model.px_per_mm,
        rms_px=result.rms,
        views=result.views,
        ruler_mm=ruler_mm,
        mat=_last([look.mat for look in looks]),
        grey=_last([look.grey for look in looks]),
        photos=[look.sha256 for look in looks],
        by=by,
        at=clock.now(),
    )
    trail.record(
        "camera.calibrated",
        subject=camera,
        by=by,
        office=camera.workstation.office,
        details={
            "calibration": kept.pk,
            "width": kept.width,
            "height": kept.height,
            "px_per_mm": f"{kept.px_per_mm:.3f}",
            "rms_px": f"{kept.rms_px:.3f}",
            "photos": kept.photos,
        },
    )
    return kept


def judged(looks: Sequence[Look], ruler_mm: float) -> calibration.CalibrationResult:
    """What the pictures say so far. Raises PrintedWrong, OtherSize, PoorFit, Raised."""
    result = calibration.solve([look.view for look in looks if look.view is not None], ruler_mm=ruler_mm)
    for problem in result.problems:
        raise errors.UNFIT[problem]
    return result


def _follow(known: dict[str, Camera], devices: Sequence[Device]) -> None:
    """Recognise cameras whose device id the browser has changed, by a label nobody else has."""
    named = {device.device_id for device in devices}
    for device in devices:
        if device.device_id in known or not device.label:
            continue
        before = [camera for key, camera in known.items() if key not in named and camera.label == device.label]
        alike = [other for other in devices if other.label == device.label]
        if len(before) == 1 and len(alike) == 1:
            camera = known.pop(before[0].device_id)
            camera.device_id = device.device_id
            known[device.device_id] = camera


def _seen(workstation: Workstation, camera: Camera | None, device: Device) -> Camera:
    now = clock.now()
    new = camera is None
    if camera is None:
        camera = Camera(workstation=workstation, device_id=device.device_id, added_at=now)
    camera.seen_at = now
    camera.label = device.label or camera.label
    if device.width * device.height > camera.width * camera.height:
        camera.width, camera.height, camera.resized_at = device.width, device.height, now
    camera.save()
    if new:
        trail.record(
            "camera.added",
            subject=camera,
            by=None,
            office=workstation.office,
            details={"workstation": workstation.pk, "label": camera.label},
        )
    return camera


def _camera(camera_id: int, by: Officer) -> Camera:
    camera = Camera.objects.select_for_update(of=("self",)).filter(pk=camera_id).first()
    if camera is None:
        raise NotFound
    camera.workstation = _in_use(camera.workstation_id, by)
    return camera


def _in_use(workstation_id: int, by: Officer) -> Workstation:
    workstation = (
        Workstation.objects.select_for_update(of=("self",))
        .select_related("office__parent__parent")
        .filter(pk=workstation_id)
        .first()
    )
    if workstation is None:
        raise NotFound
    policies.require(by, "station.manage", workstation)
    if workstation.revoked_at:
        raise errors.RevokedAlready
    return workstation


def _name(name: str) -> str:
    name = " ".join(name.split())[:40]
    if not name:
        raise errors.NameMissing
    return name


def _named(workstation: Workstation) -> dict[str, str]:
    return {"name": workstation.name}


def _digest(token: str) -> str:
    return canonical.sha256(token.encode())


def _last(values: Sequence[tuple[float, ...] | None]) -> list[float] | None:
    """Of a picture taken twice the later one counts."""
    given = [value for value in values if value is not None]
    return list(given[-1]) if given else None
