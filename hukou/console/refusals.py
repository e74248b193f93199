"""How a refusal of the domain becomes an answer over HTTP. The only place that knows status codes."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext_lazy as _
from psycopg.errors import DeadlockDetected, LockNotAvailable

from audit.trail.errors import TrailUnavailable
from capture.sessions.errors import WorkshopBusy
from hukou.accounts.errors import SessionExpired
from hukou.kernel.errors import Conflict, DomainError, NotFound, NotPermitted, WrongState

STATUS: tuple[tuple[type[DomainError], int], ...] = (
    (NotFound, 404),
    (NotPermitted, 403),
    (Conflict, 409),
    (WrongState, 409),
    (WorkshopBusy, 503),
    (TrailUnavailable, 503),
    (DomainError, 422),
)


class StrangeSign(DomainError):
    """A NUL, which no keyboard types and no text column of the database holds."""

    code = "strange_sign"
    message = _("What was sent holds a sign that is no text.")
    next_step = _("Type it by hand instead of pasting it, then send it again.")


class HeldByOthers(Conflict):
    """A row somebody else holds did not become free in time (settings.database), or two waited for each other."""

    code = "held_by_others"
    message = _("Somebody else is working on this at this very moment; what you did was not taken.")
    next_step = _("Wait a moment, reload the page and do it again.")


WAITED_IN_VAIN = (LockNotAvailable, DeadlockDetected)


def status_of(error: DomainError) -> int:
    """HTTP status of a domain error."""
    return next(status for kind, status in STATUS if isinstance(error, kind))


def body_of(error: DomainError) -> dict[str, object]:
    """What a script or a program gets: code, message, advice, and the few data it may act on."""
    body: dict[str, object] = {"code": error.code, "message": error.text, "advice": error.advice}
    for name in ("original", "problems", "retry_after", "waiting"):
        if name in error.data:
            body[name] = json.loads(json.dumps(error.data[name], default=str))
    return body


def wants_json(request: HttpRequest) -> bool:
    """True for our own scripts and for programs."""
    return "application/json" in request.headers.get("Accept", "") or request.headers.get("X-Requested-With") == "fetch"


def answer(request: HttpRequest, error: DomainError) -> HttpResponse:
    """A page or JSON that says what happened and what to do next."""
    status = status_of(error)
    if wants_json(request):
        response: HttpResponse = JsonResponse(body_of(error), status=status)
    else:
        context = {"code": error.code, "message": error.text, "advice": error.advice, "status": status}
        response = render(request, "console/error.html", context, status=status)
    if "retry_after" in error.data:
        response["Retry-After"] = str(error.data["retry_after"])  # seconds (RFC 9110, 10.2.3)
    return response


class RefusalMiddleware:
    """Turns every DomainError a view lets through into its answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # `login_required` adds where to come back to; signing out leads to the bare sign-in page and is left alone.
        to_login = response.status_code == 302 and response["Location"].startswith(f"{resolve_url('login')}?")
        if to_login and wants_json(request):
            # A script that followed the redirect would take the sign-in page for an answer.
            return JsonResponse(body_of(SessionExpired(reason="")), status=401)
        if to_login and "HX-Request" in request.headers:
            return HttpResponse(
                status=401, headers={"HX-Redirect": _back_to(request.headers.get("HX-Current-URL", ""))}
            )
        if to_login and request.method != "GET":
            # The address of a form cannot be opened afterwards; the page it stood on can.
            response["Location"] = _back_to(request.headers.get("Referer", ""))
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Sequence[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Django calls this before every view: no view needs to think of signs that are no text."""
        said = [str(value) for value in kwargs.values()]
        said += [text for typed in (request.GET, request.POST) for _name, texts in typed.lists() for text in texts]
        return answer(request, StrangeSign()) if any("\0" in text for text in said) else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Django calls this with what a view raised."""
        if isinstance(exception, OperationalError) and isinstance(exception.__cause__, WAITED_IN_VAIN):
            exception = HeldByOthers()
        return answer(request, exception) if isinstance(exception, DomainError) else None


def _back_to(page: str) -> str:
    """The sign-in page that leads back to `page` of this site."""
    parts = urlsplit(page)
    return f"{resolve_url('login')}?{urlencode({'next': urlunsplit(('', '', parts.path, parts.query, ''))})}"
