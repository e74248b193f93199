"""An idle window must lock itself (GB/T 22239-2019 8.1.4.1 b), so what a page asks by itself is no sign of a person."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]
_BY_ITSELF = "asked_by_itself"


def by_itself(view: View) -> View:
    """Mark a view that open pages ask without anybody touching the machine: it does not keep the session alive."""

    @wraps(view)
    def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        setattr(response, _BY_ITSELF, True)
        return response

    return answered


class IdleSessions(SessionMiddleware):
    """Django's sessions, which every request prolongs, except one no person made."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Save and prolong the session, or leave it as it is."""
        if getattr(response, _BY_ITSELF, False) and not request.session.modified:
            return response
        return super().process_response(request, response)
