"""The service worker, at the root of the site, so that the capture page opens without a network."""

from __future__ import annotations

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

import capture

SCRIPT = Path(capture.__path__[0]) / "static" / "capture" / "js" / "worker.js"


@require_GET
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The worker's script. Under /static/ it could answer for /static/ only, and its name must never change.

    Open to everybody: a browser asks for a newer one at any time, signed in or not, and nothing in it is secret.
    """
    return HttpResponse(SCRIPT.read_bytes(), content_type="text/javascript; charset=utf-8")
