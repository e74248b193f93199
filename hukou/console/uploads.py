"""Pictures that come in chunks, so that a bad line costs one chunk and not the whole picture. Follows tus 1.0 in spirit.

    GET   /uploads/            who is signed in, and a fresh token: {officer, token}
    POST  /uploads/            sha256, size → 201 or, begun before, 200: {offset, size, url}
    HEAD  /uploads/<sha256>/   headers Upload-Offset, Upload-Length
    PATCH /uploads/<sha256>/   headers Upload-Offset, Upload-Checksum: "sha256 <hex>"; body: the chunk → {offset, size}

Refusals are JSON {code, message, advice}, with {offset} where going on from there helps. When offset is size, the picture
is sent to its case with `upload=<sha256>` in place of the file (hukou.console.camera).
"""

from __future__ import annotations

from urllib.parse import unquote

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from capture.sessions import arriving
from hukou.accounts.models import Officer
from hukou.kernel.errors import Conflict, DomainError

from .people import signed_in
from .refusals import body_of, status_of

BUSY_SECONDS = 20
"""When to come back after too many uploads at once."""
OTHER_STATUS: dict[type[DomainError], int] = {arriving.UploadTooLong: 413, arriving.UploadsFull: 429}


class OtherOfficer(Conflict):
    """Another officer has signed in since the picture was taken: it would be recorded as theirs."""

    code = "other_officer"
    message = _("This picture was taken by another officer.")
    next_step = _("It waits on this machine and is sent when that officer signs in again.")


def require_sender(request: HttpRequest) -> Officer:
    """The signed-in officer, who must be the one the page's script says it sends for. Raises OtherOfficer."""
    officer = signed_in(request)
    if unquote(request.headers.get("X-Officer", "")) not in ("", officer.number):
        raise OtherOfficer
    return officer


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def uploads(request: HttpRequest) -> HttpResponse:
    """Who is signed in; or begin an upload."""
    if request.method == "GET":
        return JsonResponse({"officer": signed_in(request).number, "token": get_token(request)})
    try:
        sha256 = request.POST.get("sha256", "")
        upload = arriving.begin(require_sender(request), sha256, _whole(request.POST.get("size", "")))
    except DomainError as error:
        return _refused(error)
    url = reverse("upload", args=[upload.sha256])
    known = upload.offset > 0
    return JsonResponse({"offset": upload.offset, "size": upload.size, "url": url}, status=200 if known else 201)


@never_cache
@login_required
@require_http_methods(["HEAD", "PATCH"])
def upload(request: HttpRequest, sha256: str) -> HttpResponse:
    """How far an upload is; or its next chunk."""
    try:
        officer = require_sender(request)
        if request.method == "HEAD":
            found = arriving.look(officer, sha256)
            return HttpResponse(headers={"Upload-Offset": str(found.offset), "Upload-Length": str(found.size)})
        if _whole(request.headers.get("Content-Length", "")) > arriving.LARGEST_CHUNK:
            raise arriving.UploadTooLong
        method, _space, chunk_sha256 = request.headers.get("Upload-Checksum", "").partition(" ")
        found = arriving.append(
            officer,
            sha256,
            offset=_whole(request.headers.get("Upload-Offset", "")),
            chunk=request.body,
            chunk_sha256=chunk_sha256 if method == "sha256" else "",
        )
    except DomainError as error:
        return _refused(error)
    return JsonResponse({"offset": found.offset, "size": found.size}, headers={"Upload-Offset": str(found.offset)})


def _whole(typed: str) -> int:
    """A whole number from zero up; −1 for anything else, which no size and no offset is."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else -1


def _refused(error: DomainError) -> HttpResponse:
    """JSON whoever asks: only scripts come here."""
    there = {"offset": error.data["offset"]} if "offset" in error.data else {}
    answer = JsonResponse(body_of(error) | there, status=OTHER_STATUS.get(type(error), status_of(error)))
    if there:
        answer["Upload-Offset"] = str(there["offset"])
    if isinstance(error, arriving.UploadsFull):
        answer["Retry-After"] = str(BUSY_SECONDS)
    return answer
