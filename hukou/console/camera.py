"""The capture page and what its script talks to: upload, supersede, and the images themselves."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST

from capture.sessions import actions as sessions
from capture.sessions import errors as capture_errors
from capture.sessions import storage
from hukou.accounts import policies
from hukou.kernel.errors import DomainError, NotPermitted, WrongState
from workflows.cases import actions, folders, queries, transitions
from workflows.cases.models import MaterialPage
from workflows.cases.transitions import Verb

from .people import signed_in
from .refusals import answer, wants_json

MEGABYTE = 1024 * 1024
LARGEST_UPLOAD = 40 * MEGABYTE  # bytes; a 16 MP still has 2 to 6 MB


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
    slots = [
        {
            "code": slot.spec.code,
            "name": folders.title(slot.spec),
            "stage": slot.spec.stage,
            "required": slot.needed,
            "min_pages": slot.spec.min_pages,
            "max_pages": slot.spec.max_pages,
            "state": slot.state,
            "kind": "portrait" if slot.is_portrait else "page",
            "notes": slot.spec.notes,
            "pages": [page_json(placed) for placed in slot.pages],
            "missing_reason": slot.why,
        }
        for slot in folder.slots
        if slot.spec.stage in stages and (slot.needed or slot.pages or slot.state != "not_needed")
    ]
    context = {"case": case, "slots": slots, "upload_url": reverse("case_upload", args=[pk]), "folder": folder}
    return render(request, "capture/camera.html", context)


@login_required
@require_POST
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """One still or file into one slot. JSON for the script; a plain form is led back to the capture page."""
    officer = signed_in(request)
    found = queries.case_for(officer, pk)
    try:
        placed = actions.capture_page(
            case_id=found.pk,
            material_code=request.POST.get("material", ""),
            data=_bytes(request.FILES.get("file")),
            claimed_sha256=request.POST.get("sha256") or None,
            by=officer,
            device=request.POST.get("device", "")[:120],
            corners=_corners(request.POST.get("corners", "")),
        )
    except DomainError as error:
        if wants_json(request) or isinstance(error, (NotPermitted, WrongState)):
            return answer(request, error)
        messages.error(request, f"{error.text}{error.advice}")
        return redirect("case_capture", pk=pk)
    if wants_json(request):
        return JsonResponse({"page": page_json(placed)}, status=201)
    messages.success(request, _("The page lies in its slot."))
    return redirect("case_capture", pk=pk)


@login_required
@require_POST
def supersede(request: HttpRequest, pk: int, placement: int) -> HttpResponse:
    """Take a page out of its slot, with a reason; it stays in the archive."""
    officer = signed_in(request)
    found = queries.case_for(officer, pk)
    actions.supersede_page(case_id=found.pk, placement_id=placement, reason=request.POST.get("reason", ""), by=officer)
    if wants_json(request):
        return JsonResponse({"superseded": placement})
    return redirect("case_capture", pk=pk)


@login_required
@require_GET
@cache_control(private=True, max_age=86400, immutable=True)
def image(request: HttpRequest, pk: int) -> HttpResponse:
    """The straightened page at full size. A placement's picture never changes, so the browser may keep it."""
    placed = queries.placement_for(signed_in(request), pk)
    return HttpResponse(storage.read("pages", placed.page.sha256, verify=False), content_type="image/jpeg")


@login_required
@require_GET
@cache_control(private=True, max_age=86400, immutable=True)
def thumb(request: HttpRequest, pk: int) -> HttpResponse:
    """A small picture of the page, made once."""
    placed = queries.placement_for(signed_in(request), pk)
    return HttpResponse(sessions.thumbnail(placed.page.sha256).read_bytes(), content_type="image/jpeg")


def page_json(placed: MaterialPage) -> dict[str, Any]:
    """A placed page as the script and the template know it."""
    page = placed.page
    return {
        "id": placed.pk,
        "material": placed.material.code,
        "position": placed.position,
        "thumb_url": reverse("page_thumb", args=[placed.pk]),
        "image_url": reverse("page_image", args=[placed.pk]),
        "supersede_url": reverse("page_supersede", args=[placed.material.case_id, placed.pk]),
        "verdict": page.verdict,
        "verdict_label": page.get_verdict_display(),
        "findings": [
            {
                "code": finding.code,
                "message": str(finding.message),
                "advice": str(finding.advice),
                "level": finding.level,
            }
            for finding in sessions.findings(page)
        ],
        "width": page.width,
        "height": page.height,
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
