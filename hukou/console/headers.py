"""What the browser may load and use: only what this site serves."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "media-src 'self' blob: mediastream:",
        "font-src 'self'",
        # Older Chromium does not count a socket of our own as 'self'; the bridge is on the officer's own machine.
        f"connect-src 'self' ws: wss: {settings.HUKOU_UKEY_BRIDGE}".rstrip(),
        "worker-src 'self'",
        "manifest-src 'self'",
        "frame-src 'self'",
        "object-src 'none'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
    )
)
# A PDF or an image loads nothing; the browser's own viewer brings styles that the policy of a page would stop.
POLICY_OF_FILES = "frame-ancestors 'self'"
PERMISSIONS = "camera=(self), microphone=(), geolocation=(), payment=(), display-capture=()"


class ContentSecurityPolicy:
    """Send the policy with every answer: no inline script or style, nothing from elsewhere.

    `blob:` and `data:` images are the stills of the camera before they are stored; frames of our own show a PDF
    inside its page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        page = response.headers.get("Content-Type", "").startswith("text/html")
        response.headers.setdefault("Content-Security-Policy", POLICY if page else POLICY_OF_FILES)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response
