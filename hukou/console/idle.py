"""An idle window must lock itself (GB/T 22239-2019 8.1.4.1 b), so what a page asks by itself is no sign of a person."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from hukou.kernel import clock

View = Callable[..., HttpResponse]
_BY_ITSELF, _PROLONGED = "asked_by_itself", "prolonged"
HEADER = "X-By-Itself"
"""Of a question a page asks because of a live message (`static/hukou/js/live.js`)."""
MINUTE = 60
"""Seconds by which a session may end too early, never too late."""


def by_itself(view: View) -> View:
    """Mark a view that open pages ask without anybody touching the machine: it does not keep the session alive."""

    @wraps(view)
    def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        setattr(response, _BY_ITSELF, True)
        return response

    return answered


class IdleSessions(SessionMiddleware):
    """Django's sessions, which every request a person makes prolongs; written at most once a minute for that alone."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Save and prolong the session, or leave it as it is."""
        session, now = getattr(request, "session", None), int(clock.now().timestamp())
        if session is not None and not session.modified and not session.is_empty():
            if getattr(response, _BY_ITSELF, False) or HEADER in request.headers:
                return response
            if 0 <= now - session.get(_PROLONGED, 0) < MINUTE:
                patch_vary_headers(response, ("Cookie",))
                return response
            session[_PROLONGED] = now
        return super().process_response(request, response)
