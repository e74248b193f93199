"""Questions about workstations and cameras; nothing here writes."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings

from capture.pipeline.types import CameraModel
from hukou.accounts import policies
from hukou.accounts.models import Office, Officer
from hukou.kernel import canonical
from hukou.kernel.errors import NotFound

from . import rules
from .models import Calibration, Camera, Workstation, WorkstationQuerySet
from .types import PAPERS, Certificate, Paper

SAME_SHAPE = 0.005
"""How far the proportions of two pictures may differ and one still be the other made smaller."""


def workstation_of(token: str | None) -> Workstation | None:
    """The workstation in use whose browser holds this token."""
    if not token:
        return None
    digest = canonical.sha256(token.encode())
    return Workstation.objects.in_use().select_related("office").filter(token_sha256=digest).first()


def visible(officer: Officer) -> WorkstationQuerySet:
    """Workstations of the officer's offices and of those under them, revoked ones too."""
    offices = [duty.office for duty in policies.duties_of(officer)]
    return Workstation.objects.within(offices).select_related("office", "heartbeat", "registered_by")


def workstation_for(officer: Officer, pk: int) -> Workstation:
    """A workstation the officer may look at. Raises NotFound."""
    found = visible(officer).filter(pk=pk).first()
    if found is None or not policies.allow(officer, "station.view"):
        raise NotFound
    return found


def names_of(subjects: Iterable[str]) -> dict[str, str]:
    """Names of the workstations and cameras among subjects ("stations.camera:7"), for whoever sees alerts about them."""
    wanted: dict[str, set[int]] = {"stations.workstation": set(), "stations.camera": set()}
    for subject in subjects:
        kind, _, key = subject.partition(":")
        if kind in wanted and key.isdecimal():
            wanted[kind].add(int(key))
    named = {
        f"stations.workstation:{pk}": name
        for pk, name in Workstation.objects.filter(pk__in=wanted["stations.workstation"]).values_list("pk", "name")
    }
    cameras = Camera.objects.filter(pk__in=wanted["stations.camera"]).values_list("pk", "workstation__name", "label")
    return named | {f"stations.camera:{pk}": f"{name} {label}".strip() for pk, name, label in cameras}


def camera_for(officer: Officer, pk: int) -> Camera:
    """A camera the officer may look at. Raises NotFound."""
    camera = Camera.objects.select_related("workstation__office").filter(pk=pk).first()
    if camera is None:
        raise NotFound
    workstation_for(officer, camera.workstation_id)
    return camera


def offices_to_equip(officer: Officer) -> list[Office]:
    """Where the officer may register a workstation."""
    offices = {duty.office_id: duty.office for duty in policies.duties_of(officer)}
    under = Office.objects.filter(parent__in=offices) | Office.objects.filter(parent__parent__in=offices)
    every = [*offices.values(), *under.exclude(pk__in=offices).select_related("parent__parent")]
    duties = policies.duties_of(officer)  # read once: a city has hundreds of offices
    return [office for office in every if rules.may_equip(officer, duties, office).allowed]


def newest_calibrations(cameras: Iterable[Camera]) -> dict[int, Calibration]:
    """Camera id → the calibration that counts."""
    rows = Calibration.objects.filter(camera__in=[camera.pk for camera in cameras]).select_related("by")
    return {row.camera_id: row for row in rows.order_by("camera_id", "-at", "-pk").distinct("camera_id")}


def calibration_of(camera: Camera) -> Calibration | None:
    """The calibration that counts."""
    return newest_calibrations([camera]).get(camera.pk)


def camera_model(camera_id: int, width: int, height: int) -> CameraModel | None:
    """What calibration knows of a camera whose pictures have this size (or its proportions, smaller); else None.

    A picture of other proportions was cut out of the sensor in a way nobody measured.
    """
    calibration = Calibration.objects.filter(camera=camera_id).order_by("-at", "-pk").first()
    if calibration is None or width <= 0 or height <= 0:
        return None
    same = abs(width * calibration.height / (height * calibration.width) - 1) < SAME_SHAPE
    return calibration.model if same else None


def model_of(camera: Camera | None) -> CameraModel | None:
    """What calibration knows of a camera; the pipeline scales it to the picture, and leaves it where it does not fit."""
    calibration = None if camera is None else calibration_of(camera)
    return None if calibration is None else calibration.model


def camera_at(workstation: Workstation | None, pk: int | None) -> Camera | None:
    """A camera of that workstation; None for another's, and for none: a browser may name any number."""
    if workstation is None or pk is None:
        return None
    return workstation.cameras.filter(pk=pk).first()


def due_at(camera: Camera, calibration: Calibration | None) -> datetime | None:
    """When the camera is to be calibrated again; None for one that never was.

    After the set number of days, or as soon as its pictures became others than those it was calibrated with.
    """
    if calibration is None:
        return None
    if camera.width and (camera.width, camera.height) != (calibration.width, calibration.height):
        return max(camera.resized_at or calibration.at, calibration.at)
    return calibration.at + timedelta(days=settings.HUKOU_CALIBRATION_DAYS)


def certifies(camera: Camera) -> tuple[Certificate, ...]:
    """With how many dpi the camera sees A4, A3 and an identity card; nothing before its first picture."""
    return certified(camera, calibration_of(camera))


def certified(camera: Camera, calibration: Calibration | None) -> tuple[Certificate, ...]:
    """`certifies` with the calibration at hand: from it where it fits the camera's pictures, else from the usual width
    of the field, and said so."""
    width, height = camera.width, camera.height
    if not width and calibration is not None:
        width, height = calibration.width, calibration.height
    if not width:
        return ()
    scale: float | None = None
    if calibration is not None and abs(width * calibration.height / (height * calibration.width) - 1) < SAME_SHAPE:
        scale = calibration.px_per_mm * width / calibration.width
    return tuple(certificate(paper, width, height, scale) for paper in PAPERS)


def certificate(paper: Paper, width: int, height: int, px_per_mm: float | None) -> Certificate:
    """What a picture of `width` × `height` pixels can certify of `paper`."""
    if px_per_mm is None:
        return Certificate(
            paper.name, math.floor(max(width, height) / paper.field_mm * 25.4), fits=True, estimated=True
        )
    longer, shorter = max(width, height) / px_per_mm, min(width, height) / px_per_mm
    fits = longer >= paper.width_mm and shorter >= paper.height_mm
    return Certificate(paper.name, math.floor(px_per_mm * 25.4), fits=fits, estimated=False)
