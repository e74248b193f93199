"""Style sheets, scripts and pictures of the site, under names that hold their digest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.management.commands import collectstatic
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile
from whitenoise.storage import CompressedManifestStaticFilesStorage


class CollectedFiles(CompressedManifestStaticFilesStorage):
    """Digest names also inside ES modules, so that no browser mixes an old module with a new one."""

    support_js_module_import_aggregation = True


class StaticFiles(WhiteNoiseMiddleware):
    """Whitenoise for ASGI: hands a file over whole, since Django would collect a stream in a thread anyway."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
        super().__init__(get_response)

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponse:
        """The answer for one static file."""
        found = static_file.get_response(request.method, request.META)
        body = b""
        if found.file is not None:
            with found.file:
                body = found.file.read()
        response = HttpResponse(body, status=int(found.status))
        del response["Content-Type"]
        for name, value in found.headers:
            response[name] = value
        return response


def collect() -> None:
    """Put the static files under their digest names. Processes started afterwards use these (settings.storage)."""
    command = collectstatic.Command()
    command.storage = CollectedFiles()
    # Viewflow's own screens and htmx's extensions are not used here, and they name files that are not there.
    unused = ["viewflow/*", "django_htmx/ext/*"]
    call_command(command, interactive=False, verbosity=0, ignore_patterns=unused)
