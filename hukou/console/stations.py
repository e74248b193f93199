"""Workstations and their cameras: the office's list, the browser's cookie, the heartbeat, and calibration."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from capture.stations import actions, errors, queries, words
from capture.stations.models import Camera, Workstation
from capture.stations.types import Device
from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.kernel import clock

from .idle import by_itself
from .people import signed_in

COOKIE, SALT = "hukou_station", "hukou.console.stations"
COOKIE_LASTS = 400 * 24 * 3600
"""Seconds; the longest a browser keeps a cookie. Every heartbeat begins them anew."""
LONGEST_BEAT = 64 * 1024
ALIVE = 180
"""Seconds after which a workstation that beats every minute counts as away."""


def workstation_of(request: HttpRequest) -> Workstation | None:
    """The workstation this browser is registered as."""
    token = request.get_signed_cookie(COOKIE, default=None, salt=SALT)
    return queries.workstation_of(token)


def remember(response: HttpResponse, token: str) -> HttpResponse:
    """Put the token into the browser, out of reach of scripts."""
    response.set_signed_cookie(
        COOKIE,
        token,
        salt=SALT,
        max_age=COOKIE_LASTS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


@login_required
@require_GET
def stations(request: HttpRequest) -> HttpResponse:
    """Workstations of my offices and of those under them, what their cameras certify, and when they were last heard of."""
    officer = signed_in(request)
    policies.require(officer, "station.view")
    found = list(queries.visible(officer).in_use().prefetch_related("cameras"))
    calibrations = queries.newest_calibrations(camera for one in found for camera in one.cameras.all())
    here = workstation_of(request)
    offices = queries.offices_to_equip(officer)
    equipped = {office.pk for office in offices}
    rows = [
        {
            "workstation": one,
            "here": one == here,
            "alive": _alive(one),
            "seen_at": one.heartbeat.seen_at if hasattr(one, "heartbeat") else None,
            "may_manage": one.office_id in equipped,
            "cameras": [_row(camera, calibrations) for camera in one.cameras.all()],
        }
        for one in found
    ]
    name = f"{here.office.short_name} {here.name}" if here else ""
    context = {"rows": rows, "here": here, "here_name": name, "offices": offices}
    return render(request, "stations/list.html", context)


@login_required
@require_POST
def register(request: HttpRequest) -> HttpResponse:
    """Make this browser a workstation."""
    officer = signed_in(request)
    office = _number(request.POST.get("office")) or _own_office(officer)
    try:
        workstation, token = actions.register(office_id=office, name=request.POST.get("name", ""), by=officer)
    except errors.StationError as error:
        return _back(request, error)
    messages.success(request, _("This browser is now workstation “{name}”.").format(name=workstation.name))
    return remember(redirect("stations"), token)


@login_required
@require_POST
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Make this browser the one a workstation is known by."""
    officer = signed_in(request)
    workstation, token = actions.renew(workstation_id=queries.workstation_for(officer, pk).pk, by=officer)
    messages.success(request, _("This browser is now workstation “{name}”.").format(name=workstation.name))
    return remember(redirect("stations"), token)


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a workstation out of use."""
    officer = signed_in(request)
    found = queries.workstation_for(officer, pk)
    try:
        actions.revoke(workstation_id=found.pk, reason=request.POST.get("reason", ""), by=officer)
    except errors.StationError as error:
        return _back(request, error)
    messages.success(request, _("Workstation “{name}” has been revoked.").format(name=found.name))
    return redirect("stations")


@login_required
@require_POST
def purpose(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what a camera is for."""
    officer = signed_in(request)
    camera = queries.camera_for(officer, pk)
    actions.assign_camera(camera_id=camera.pk, purpose=request.POST.get("purpose", ""), by=officer)
    return redirect("stations")


@by_itself
@login_required
@require_POST
def heartbeat(request: HttpRequest) -> HttpResponse:
    """A browser that is open tells that it is alive and which cameras it has; it learns what they are good for.

    JSON in: `{"cameras": [{"device_id", "label", "width", "height"}]}`. A browser nobody registered is told so.
    """
    devices = _devices(request)
    token = request.get_signed_cookie(COOKIE, default=None, salt=SALT)
    workstation = queries.workstation_of(token)
    if workstation is None or token is None:
        return JsonResponse({"workstation": None, "cameras": []})
    cameras = actions.beat(workstation=workstation, devices=devices)
    calibrations = queries.newest_calibrations(cameras)
    body = {
        "workstation": {"id": workstation.pk, "name": workstation.name, "office": workstation.office.short_name},
        "cameras": [_told(camera, calibrations) for camera in cameras],
    }
    return remember(JsonResponse(body), token)


def _back(request: HttpRequest, error: errors.StationError) -> HttpResponse:
    """What was wrong with the form, told on the page it stands on."""
    messages.error(request, f"{error.text}{error.advice}")
    return redirect("stations")


def _told(camera: Camera, calibrations: dict[int, Any]) -> dict[str, Any]:
    row = _row(camera, calibrations)
    return {
        "id": camera.pk,
        "device_id": camera.device_id,
        "purpose": camera.purpose,
        "certifies": words.as_json(camera, row["certificates"]),
        "calibrated_at": row["calibration"].at.isoformat() if row["calibration"] else None,
        "due_at": row["due_at"].isoformat() if row["due_at"] else None,
        "due": row["due"],
    }


def _row(camera: Camera, calibrations: dict[int, Any]) -> dict[str, Any]:
    calibration = calibrations.get(camera.pk)
    certificates = queries.certified(camera, calibration)
    due_at = queries.due_at(camera, calibration)
    return {
        "camera": camera,
        "calibration": calibration,
        "certificates": certificates,
        "grades": [(one, words.PAPERS[one.paper]) for one in certificates],
        "says": [words.says(one, camera.width, camera.height) for one in certificates if one.grade == 0],
        "estimated": any(one.estimated for one in certificates),
        "due_at": due_at,
        "due": due_at is not None and due_at <= clock.now(),
        "pixels": words.pixels(camera.width, camera.height) if camera.width else "",
    }


def _alive(workstation: Workstation) -> bool:
    seen = workstation.heartbeat.seen_at if hasattr(workstation, "heartbeat") else None
    return seen is not None and (clock.now() - seen).total_seconds() < ALIVE


def _devices(request: HttpRequest) -> list[Device]:
    """What the module sent. Raises BeatUnreadable."""
    try:
        if len(request.body) > LONGEST_BEAT:
            raise ValueError("longer than any list of cameras")
        cameras = json.loads(request.body)["cameras"]
        return [_device(camera) for camera in cameras]
    except (ValueError, TypeError, KeyError, RecursionError) as cause:
        raise errors.BeatUnreadable from cause


def _device(said: dict[str, Any]) -> Device:
    device_id, label = str(said["device_id"]), str(said.get("label") or "")
    width, height = int(said.get("width") or 0), int(said.get("height") or 0)
    if not 0 < len(device_id) <= 200 or "\0" in device_id + label:
        raise ValueError("no device id")
    if not (0 <= width <= 30_000 and 0 <= height <= 30_000) or (width == 0) != (height == 0):
        raise ValueError("no size of a picture")
    return Device(device_id, label[:120], width, height)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None


def _own_office(officer: Officer) -> int:
    """Where the officer sits; 0, which is no office, for one without a duty."""
    return next((duty.office_id for duty in policies.duties_of(officer)), 0)
