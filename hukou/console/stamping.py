"""The time-stamping service of the demonstration over HTTP (RFC 3161 clause 3.4), for other servers of the bureau."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from workflows.seals.authority import tsa

MOST_BODY = 4096
"""Bytes of a question; what is longer never gets here (hukou.console.bodies)."""


@csrf_exempt  # programs ask, without a session; a stamp says nothing but that a digest was known now
@never_cache
@require_POST
def stamp(request: HttpRequest) -> HttpResponse:
    """Answer a question; not found where the bureau has a real service, whose stamps these must not be taken for."""
    if settings.HUKOU_TSA_URLS:
        raise Http404
    return HttpResponse(tsa.reply(request.body), content_type="application/timestamp-reply")
