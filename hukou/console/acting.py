"""Says for every request from which machine and login session its acts come, so that the trail can keep it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from audit.trail import actions as trail
from hukou.kernel import once


class ActingMiddleware:
    """Binds the network address and the session to the acts of the request. Stands after the session middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Carry out the request inside the binding."""
        with trail.bind(
            workstation=request.META.get("REMOTE_ADDR") or "",
            session_key=request.session.session_key,
        ):
            if request.method != "GET":
                return self.get_response(request)
            with once.remembered():  # a screen only looks
                return self.get_response(request)
