"""The calibration page: print the sheet, photograph it, the empty mat and the grey card, keep what was found."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from capture.pipeline import calibration
from capture.stations import actions, errors, looks, queries, words
from capture.stations.looks import Look
from capture.stations.models import Camera
from capture.stations.types import PAPERS
from hukou.accounts import policies
from hukou.kernel.errors import NotFound

from .people import signed_in
from .refusals import body_of
from .stations import workstation_of

MOST_BYTES = 40 * 1024 * 1024
MOST_LOOKS = calibration.MOST_VIEWS + 4
"""Pictures of one round: those of the sheet, and the mat and the card once more than needed."""


@login_required
@require_GET
def calibrate(request: HttpRequest, pk: int) -> HttpResponse:
    """The live picture in the middle, what is still to be photographed on the left, what came out on the right."""
    officer = signed_in(request)
    camera = queries.camera_for(officer, pk)
    policies.require(officer, "station.manage", camera.workstation)
    context = {
        "camera": camera,
        "newest": queries.calibration_of(camera),
        "at_its_workstation": workstation_of(request) == camera.workstation,
        "most_views": calibration.MOST_VIEWS,
    }
    return render(request, "stations/calibrate.html", context)


@login_required
@require_POST
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """One picture. `kind`: sheet, mat or grey; `file`; `look`: tokens of the pictures before it; `ruler`: mm.

    JSON: the picture's token, and how far the whole has come.
    """
    camera = _camera(request, pk)
    kind = next((kind for kind in looks.KINDS if kind == request.POST.get("kind")), None)
    if kind is None:
        raise NotFound
    file = request.FILES.get("file")
    photo = file.read() if file is not None and (file.size or 0) <= MOST_BYTES else b""
    before = _looks(request, camera)
    one = looks.at(camera.pk, kind, photo, before)
    body = {
        "token": one.token(),
        "kind": kind,
        "points": [[round(x), round(y)] for x, y in one.view.points] if one.view else [],
        "progress": progress([*before, one], ruler_of(request)),
    }
    return JsonResponse(body)


@login_required
@require_POST
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the calibration. JSON: where to go on."""
    camera = _camera(request, pk)
    kept = actions.calibrate(
        camera_id=camera.pk,
        looks=_looks(request, camera),
        ruler_mm=ruler_of(request),
        workstation=workstation_of(request),
        by=signed_in(request),
    )
    said = _("The camera is calibrated: {px_per_mm} pixels a millimetre, {dpi} dpi.")
    messages.success(request, said.format(px_per_mm=f"{kept.px_per_mm:.2f}", dpi=int(kept.px_per_mm * 25.4)))
    return JsonResponse({"calibration": kept.pk, "url": reverse("stations")}, status=201)


@login_required
@require_GET
def sheet(request: HttpRequest) -> HttpResponse:
    """The calibration sheet as a page to print."""
    return render(request, "stations/sheet.html")


@login_required
@require_GET
def sheet_svg(request: HttpRequest) -> HttpResponse:
    """The sheet itself, exact to the millimetre."""
    return HttpResponse(calibration.sheet(), content_type="image/svg+xml")


def progress(taken: list[Look], ruler_mm: float) -> dict[str, Any]:
    """How far a round of pictures has come, for the script."""
    views = [one.view for one in taken if one.view is not None]
    result = calibration.solve(views, ruler_mm=ruler_mm)
    model = result.model
    certificates = [
        queries.certificate(paper, model.width, model.height, model.px_per_mm) for paper in PAPERS if model is not None
    ]
    return {
        "views": result.views,
        "needs": list(result.needs),
        "coverage": round(100 * result.coverage),
        "px_per_mm": result.px_per_mm,
        "rms": result.rms,
        "says": [words.says(one, model.width, model.height) for one in certificates if model is not None],
        "problems": [body_of(errors.UNFIT[problem]()) for problem in result.problems],
        "warnings": [
            {"message": str(said), "advice": str(advice)}
            for said, advice in (words.WARNINGS[warning] for warning in result.warnings)
        ],
        "mat": any(one.mat is not None for one in taken),
        "grey": any(one.grey is not None for one in taken),
        "ready": result.ready,
    }


def ruler_of(request: HttpRequest) -> float:
    """What the clerk measured, millimetres; 100 when nothing was said. Raises RulerUnreadable."""
    said = request.POST.get("ruler", "").strip().replace(",", ".") or "100"
    try:
        measured = float(said)
    except ValueError as cause:
        raise errors.RulerUnreadable from cause
    if not 0 < measured < 1000:
        raise errors.RulerUnreadable
    return measured


def _camera(request: HttpRequest, pk: int) -> Camera:
    """The camera, at its own workstation, in the hands of someone who may. Raises NotFound, NotPermitted, OtherWorkstation."""
    officer = signed_in(request)
    camera = queries.camera_for(officer, pk)
    policies.require(officer, "station.manage", camera.workstation)
    if workstation_of(request) != camera.workstation:
        raise errors.OtherWorkstation
    return camera


def _looks(request: HttpRequest, camera: Camera) -> list[Look]:
    tokens = request.POST.getlist("look")
    if len(tokens) > MOST_LOOKS:
        raise errors.PictureForgotten
    return looks.kept(camera.pk, tokens)
