"""The public page: is this notice real? For anybody, without signing in, and no more often than is good for the server."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from workflows.approvals import checking
from workflows.seals.admission import TooManyChecks, admit
from workflows.seals.errors import FileTooLarge, SealError

MOST_BODY = checking.MOST_BYTES + 64 * 1024
"""Bytes of a form with the largest file; what is longer never gets here (hukou.console.bodies)."""


@csrf_exempt  # nothing of a session is used or changed; whoever sends the form may come from anywhere
@never_cache
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Ask for a code or a file; answer a file at once, send a code on to its own address."""
    if request.method == "GET":
        return _page(request)
    try:
        file = request.FILES.get("paper")
        if file is None:
            return redirect("check_code", code=checking.code_in(request.POST.get("code", "")))
        if (file.size or 0) > checking.MOST_BYTES:
            raise FileTooLarge(most=checking.MOST_BYTES // 1024 // 1024)
        admit(request.META.get("REMOTE_ADDR", ""))
        return _page(request, checked=checking.by_file(file.read()))
    except SealError as error:
        return _refused(request, error)


@never_cache
@require_GET
def by_code(request: HttpRequest, code: str) -> HttpResponse:
    """Where the code on a notice leads, typed or scanned; the address says nothing of anybody."""
    try:
        admit(request.META.get("REMOTE_ADDR", ""))
    except TooManyChecks as error:
        return _refused(request, error)
    return _page(request, checked=checking.by_code(code), code=code)


def _page(request: HttpRequest, *, status: int = 200, **context: object) -> HttpResponse:
    most = checking.MOST_BYTES // 1024 // 1024
    return render(request, "seals/check.html", {"most": most, **context}, status=status)


def _refused(request: HttpRequest, error: SealError) -> HttpResponse:
    status = {TooManyChecks: 429, FileTooLarge: 413}.get(type(error), 422)
    answer = _page(request, error=error, status=status)
    if "retry_after" in error.data:
        answer["Retry-After"] = str(error.data["retry_after"])  # seconds (RFC 9110, 10.2.3)
    return answer
