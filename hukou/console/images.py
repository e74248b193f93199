"""Pictures of pages for the screen, each in the size it is looked at, under addresses the browser may keep for a year.

An address carries a signature over officer, page, size and week. It is given out only where the page itself was shown
to that officer (`url`, `{% image_url %}`), and is good only in a session of that same officer. So a picture needs no
question about its case: a folder of forty thumbnails costs the database nothing. That the officer was shown the page is
on record since the case was opened; a picture asked for later than `viewing.SPAN` is put on record by itself.

What that means for taking rights away: who may see a case no more gets no new addresses, and those already on their
screens end with the week after the one they were given out in. Signing out ends all of them.
"""

from __future__ import annotations

import hmac
import time
from typing import Any, Literal, cast

from django.conf import settings
from django.contrib.auth.signals import user_logged_out
from django.contrib.auth.views import redirect_to_login
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_safe

from audit.trail import viewing
from capture.sessions import copies, storage
from hukou.accounts.models import Officer
from hukou.kernel import clock
from hukou.kernel.errors import NotFound

from .people import signed_in

Size = Literal["thumb", "screen", "full"]
PERIOD = 7 * 86_400
"""Seconds an address stays the same, so that the browser finds what it has kept."""
KEPT = "private, max-age=31536000, immutable"
"""Of the officer's own browser, for a year: a page never changes, and another page has another digest."""
SIGNED_IN_FOR = 30.0
"""Seconds for which a session once looked up is taken to be alive still."""
MOST_SESSIONS = 4096

_signed_in: dict[str, tuple[float, int]] = {}
"""Session key → until when (monotonic) it is taken to be alive, and whose it is. Of this process."""


def url(sha256: str, size: Size, officer: Officer) -> str:
    """Address of a page's picture for this officer alone. Only for a page the officer is being shown."""
    viewing.picture(sha256)
    signature = _signature(sha256, size, officer.pk, _period())
    return reverse("page_picture", args=[sha256, size, signature])


@require_safe
def picture(request: HttpRequest, sha256: str, size: str, signature: str) -> HttpResponseBase:
    """The picture behind an address of `url`: `thumb`, `screen` or `full`. Anybody else's address does not exist."""
    officer = _officer(request)
    if officer is None:
        return redirect_to_login(request.get_full_path())
    now = _period()
    if not any(hmac.compare_digest(signature, _signature(sha256, size, officer, week)) for week in (now, now - 1)):
        raise NotFound
    viewing.require_picture(sha256, by=officer, officer=lambda: signed_in(request))
    etag = f'"{sha256}-{size}"'
    answer = get_conditional_response(request, etag=etag) or HttpResponse(
        _bytes(sha256, size), content_type="image/jpeg"
    )
    # A picture is no click: it neither prolongs the session nor depends on its cookie in the browser's cache.
    del request.session
    answer["ETag"] = etag
    answer["Cache-Control"] = KEPT
    return answer


def _bytes(sha256: str, size: str) -> bytes:
    """Raises FileMissing, FileDamaged: what is shown at full size is what was certified, or nothing."""
    return storage.read("pages", sha256) if size == "full" else copies.read(sha256, cast(copies.Size, size))


def _period() -> int:
    return int(clock.now().timestamp()) // PERIOD


def _signature(sha256: str, size: str, officer: int, period: int) -> str:
    said = f"{officer}:{sha256}:{size}:{period}"
    return salted_hmac("hukou.console.images", said, algorithm="sha256").hexdigest()[:32]


def _officer(request: HttpRequest) -> int | None:
    """Whose session this is; None for strangers. Asks the database at most twice a minute and session."""
    key = request.session.session_key
    if key is None:
        return None
    until, officer = _signed_in.get(key, (0.0, 0))
    if time.monotonic() < until:
        return officer
    if not isinstance(request.user, Officer):
        return None
    if len(_signed_in) >= MOST_SESSIONS:
        _signed_in.clear()
    _signed_in[key] = (time.monotonic() + SIGNED_IN_FOR, request.user.pk)
    return int(request.user.pk)


@receiver(user_logged_out, dispatch_uid="images")
def _signed_out(request: HttpRequest | None, **_more: Any) -> None:
    if request is not None:
        _signed_in.pop(request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""), None)
