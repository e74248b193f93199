"""The capture page and what its script talks to: upload, keep, turn, order, supersede."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from capture.sessions import actions as sessions
from capture.sessions import arriving
from capture.sessions import errors as capture_errors
from capture.sessions.models import Page
from capture.stations import queries as stations
from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.kernel.errors import DomainError, NotPermitted, WrongState
from workflows.cases import doubts, folders, late, page_alerts, pages, queries, transitions
from workflows.cases.models import HeldPage, MaterialPage
from workflows.cases.transitions import Verb
from workflows.cases.types import Slot

from . import images, looking, versions
from .people import signed_in
from .refusals import answer, wants_json
from .stations import workstation_of
from .uploads import require_sender

MEGABYTE = 1024 * 1024
LARGEST_UPLOAD = 40 * MEGABYTE  # bytes; a 16 MP still has 2 to 6 MB


@looking.shows("case.viewed", "portrait.viewed")
@login_required
@require_GET
def capture(request: HttpRequest, pk: int) -> HttpResponse:
    """Live camera in the middle, slots on the left."""
    officer = signed_in(request)
    case = queries.case_for(officer, pk)
    policies.require(officer, "case.capture", case)
    transitions.require(case, Verb.CAPTURE)
    folder = folders.of(case)
    stages = ("completion",) if case.status == case.Status.APPROVED else ("acceptance", "investigation")
    stages = folders.STAGES if late.is_open(case) else stages
    waiting = folders.held_pages(case)
    looking.at_case(case, officer, slots=folder.slots, held=waiting)
    slots = [
        slot_json(slot, [held for held in waiting if held.material_id == slot.material.pk], officer)
        for slot in folder.slots
        if slot.spec.stage in stages and (slot.needed or slot.pages or slot.state != "not_needed")
    ]
    context = {
        "case": case,
        "slots": slots,
        "upload_url": reverse("case_upload", args=[pk]),
        "folder": folder,
        "leads": policies.allow(officer, "case.keep_refused", case),
    }
    context |= versions.mode(case, folder)
    return render(request, "capture/camera.html", context)


@login_required
@require_POST
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """One still or file into one slot. JSON for the script; a plain form is led back to the capture page."""
    officer = require_sender(request)
    found = queries.case_for(officer, pk)
    sent = request.POST
    in_chunks = sent.get("upload", "")
    try:
        captured = pages.capture_pages(
            case_id=found.pk,
            material_code=sent.get("material", ""),
            data=arriving.take(officer, in_chunks) if in_chunks else _bytes(request.FILES.get("file")),
            claimed_sha256=sent.get("sha256") or None,
            by=officer,
            device=sent.get("device", page_alerts.NO_CAMERA)[:120],
            camera=stations.camera_at(workstation_of(request), _whole(sent.get("camera", ""))),
            taken_at=_moment(sent.get("taken_at", "")),
            corners=_corners(sent.get("corners", "")),
            turn=_whole(sent.get("turn", "")),
            several=sent.get("several") == "1",
            replaces=_whole(sent.get("replaces", "")),
        )
        if in_chunks:
            arriving.done(officer, in_chunks)
    except DomainError as error:
        if wants_json(request) or isinstance(error, (NotPermitted, WrongState)):
            return answer(request, error)
        messages.error(request, f"{error.text}{error.advice}")
        return redirect("case_capture", pk=pk)
    shown = [page_json(placed, officer) for placed in captured.placed] + [
        held_json(held, officer) for held in captured.held
    ]
    if wants_json(request):
        return JsonResponse({"pages": shown, "page": shown[0]}, status=201)
    if captured.held:
        messages.warning(request, _("The page is kept, but it needs another look before it goes into its slot."))
    else:
        messages.success(request, _("The page lies in its slot."))
    return redirect("case_capture", pk=pk)


@login_required
@require_POST
def keep(request: HttpRequest, pk: int, held: int) -> HttpResponse:
    """Put a held page into its slot with a reason; a refused one only on a leader's word."""
    officer = signed_in(request)
    found = queries.case_for(officer, pk)
    placed = pages.keep_page(case_id=found.pk, held_id=held, reason=request.POST.get("reason", ""), by=officer)
    if wants_json(request):
        return JsonResponse({"page": page_json(placed, officer)})
    messages.success(request, _("The page lies in its slot."))
    return redirect(_back(request, pk))


@login_required
@require_POST
def drop(request: HttpRequest, pk: int, held: int) -> HttpResponse:
    """Leave a held page out of the case."""
    officer = signed_in(request)
    found = queries.case_for(officer, pk)
    pages.drop_page(case_id=found.pk, held_id=held, by=officer)
    if wants_json(request):
        return JsonResponse({"dropped": held})
    return redirect(_back(request, pk))


@login_required
@require_POST
def turn(request: HttpRequest, pk: int, placement: int) -> HttpResponse:
    """Turn a placed page by a quarter, a half or three quarters."""
    officer = signed_in(request)
    found = queries.case_for(officer, pk)
    angle = _whole(request.POST.get("turn", "")) or 0
    placed = pages.turn_page(case_id=found.pk, placement_id=placement, turn=angle, by=officer)
    if wants_json(request):
        return JsonResponse({"page": page_json(placed, officer), "superseded": placement}, status=201)
    return redirect("case_capture", pk=pk)


@login_required
@require_POST
def order(request: HttpRequest, pk: int, material: str) -> HttpResponse:
    """Bring the pages of a slot into the order sent: placement ids with commas between."""
    officer = signed_in(request)
    found = queries.case_for(officer, pk)
    wanted = [number for part in request.POST.get("order", "").split(",") if (number := _whole(part)) is not None]
    ordered = pages.order_pages(case_id=found.pk, material_code=material, order=wanted, by=officer)
    if wants_json(request):
        return JsonResponse({"pages": [page_json(placed, officer) for placed in ordered]})
    return redirect("case_capture", pk=pk)


@login_required
@require_POST
def supersede(request: HttpRequest, pk: int, placement: int) -> HttpResponse:
    """Take a page out of its slot, with a reason; it stays in the archive."""
    officer = signed_in(request)
    found = queries.case_for(officer, pk)
    pages.supersede_page(case_id=found.pk, placement_id=placement, reason=request.POST.get("reason", ""), by=officer)
    if wants_json(request):
        return JsonResponse({"superseded": placement})
    return redirect("case_capture", pk=pk)


def slot_json(slot: Slot, held: list[HeldPage], officer: Officer) -> dict[str, Any]:
    """A slot as the script and the template know it; its pictures have addresses for this officer."""
    spec, size = slot.spec, slot.spec.capture.size_mm
    return {
        "code": spec.code,
        "name": folders.title(spec),
        "stage": spec.stage,
        "required": slot.needed,
        "min_pages": spec.min_pages,
        "max_pages": spec.max_pages,
        "state": slot.state,
        "kind": folders.kind_of(spec),
        "paper": None if size is None else {"name": spec.capture.paper, "width_mm": size[0], "height_mm": size[1]},
        "sides": spec.capture.sides,
        "colour": spec.capture.colour,
        "least_dpi": spec.capture.least_dpi,
        "notes": spec.notes,
        "pages": [page_json(placed, officer) for placed in slot.pages],
        "held": [held_json(waiting, officer) for waiting in held],
        "missing_reason": slot.why,
        "order_url": reverse("page_order", args=[slot.material.case_id, spec.code]),
    }


def page_json(placed: MaterialPage, officer: Officer) -> dict[str, Any]:
    """A placed page as the script and the template know it."""
    case_id = placed.material.case_id
    urls = {
        "supersede_url": reverse("page_supersede", args=[case_id, placed.pk]),
        "turn_url": reverse("page_turn", args=[case_id, placed.pk]),
    }
    kept = {"kept_because": placed.held.reason if placed.held else ""}
    place = {"id": placed.pk, "state": "placed", "position": placed.position, "can_keep": ""}
    return (
        place
        | _shown(placed.page, placed.material.code, placed.page.quality.get("findings", []), officer)
        | urls
        | kept
    )


def held_json(held: HeldPage, officer: Officer) -> dict[str, Any]:
    """A page that waits for a word, as the script and the template know it."""
    case_id = held.material.case_id
    urls = {
        "keep_url": reverse("held_keep", args=[case_id, held.pk]),
        "drop_url": reverse("held_drop", args=[case_id, held.pk]),
    }
    can_keep = "leader" if held.level == HeldPage.Level.REFUSE else "reason"
    place = {"id": f"held-{held.pk}", "held_id": held.pk, "state": "held", "can_keep": can_keep}
    return (
        place | _shown(held.page, held.material.code, doubts.findings(held), officer) | {"verdict": held.level} | urls
    )


def _shown(page: Page, material: str, found: list[dict[str, Any]], officer: Officer) -> dict[str, Any]:
    return {
        "material": material,
        "thumb_url": images.url(page.sha256, "thumb", officer),
        "image_url": images.url(page.sha256, "screen", officer),
        "full_url": images.url(page.sha256, "full", officer),
        "verdict": page.verdict,
        "verdict_label": page.get_verdict_display(),
        "findings": [
            {"code": said.code, "message": said.message, "advice": said.advice, "level": said.level}
            for said in sessions.said_of(found)
        ],
        "width": page.width,
        "height": page.height,
        "dpi": None if page.dpi is None else round(page.dpi),
        "turn": page.turn,
        "sha256": page.sha256,
        "original_sha256": page.original.sha256,
    }


def _bytes(file: UploadedFile | None) -> bytes:
    """What was uploaded; nothing when nothing was, which the verb refuses in its turn. Raises ImageTooLarge."""
    if file is None:
        return b""
    if (file.size or 0) > LARGEST_UPLOAD:
        raise capture_errors.ImageTooLarge(size=(file.size or 0) // MEGABYTE, limit=LARGEST_UPLOAD // MEGABYTE)
    return bytes(file.read())


def _corners(raw: str) -> list[list[float]] | None:
    """Four corners the clerk dragged, in pixels of the original. Raises BadCorners."""
    if not raw:
        return None
    try:
        corners = [[float(x), float(y)] for x, y in json.loads(raw)]
    except (ValueError, TypeError, OverflowError, RecursionError) as bad:
        raise capture_errors.BadCorners from bad
    if len(corners) != 4:
        raise capture_errors.BadCorners
    return corners


def _whole(raw: str) -> int | None:
    """A whole number as a form sends it; None for none."""
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else None


def _moment(raw: str) -> datetime | None:
    """When the device says the picture was taken (ISO 8601 with its zone); None when it says nothing sensible."""
    try:
        moment = parse_datetime(raw)
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def _back(request: HttpRequest, pk: int) -> str:
    """Where a plain form came from: the page of the case, or the camera."""
    return reverse("case" if request.POST.get("from") == "case" else "case_capture", args=[pk])
