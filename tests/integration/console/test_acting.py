"""A request's machine and session are kept with the acts it carries out, and with no others."""

from __future__ import annotations

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from audit.trail import context
from hukou.console.acting import ActingMiddleware


def test_acts_of_a_request_carry_its_address_and_a_digest_of_its_session() -> None:
    seen: list[context.Origin] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(context.current())
        return HttpResponse()

    request = RequestFactory().get("/", REMOTE_ADDR="10.20.30.40")
    request.session = SessionBase("the-session-key")
    ActingMiddleware(view)(request)
    (origin,) = seen
    assert origin.workstation == "10.20.30.40"
    assert len(origin.session) == 32
    assert "the-session" not in origin.session
    assert context.current() == context.NOWHERE
