"""Officers whose key is on a UKey of their own: two requests for one decision (docs/ukey.md).

The forms and their addresses are those of everybody. Sent with `rehearse`, a form is answered with what the UKey is to
sign, and nothing is decided; sent again with `preparation` and `signature`, it is decided.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.functional import SimpleLazyObject

from hukou.accounts.models import Officer
from workflows.seals import preparations
from workflows.seals import queries as seals
from workflows.seals.consent import Consent, Laid, Pin, Presigned, Rehearsal
from workflows.seals.models import Seal


def consent_of(post: Mapping[str, str]) -> Consent:
    """What the officer gave with a form: a PIN, or a signature of their UKey, or the wish to learn what is to be signed."""
    if post.get("rehearse"):
        return Rehearsal()
    if post.get("preparation"):
        return Presigned(post["preparation"], _bytes(post.get("signature", "")))
    return Pin(post.get("pin", ""))


def context(request: HttpRequest) -> dict[str, Any]:
    """Template context: `ukey` is the bridge's address where the officer signs with a UKey of their own, else ""."""
    officer = getattr(request, "user", None)
    if not isinstance(officer, Officer) or not settings.HUKOU_UKEY_BRIDGE:
        return {"ukey": ""}
    return {"ukey": SimpleLazyObject(lambda: settings.HUKOU_UKEY_BRIDGE if signs_with_one(officer) else "")}


class RehearsalMiddleware:
    """Answers a rehearsal that came to the place of the signature."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Django calls this with what a view raised; the act is rolled back by now."""
        if not isinstance(exception, Laid):
            return None
        row = preparations.keep(exception.preparation)
        return JsonResponse(
            {
                "preparation": row.token,
                "attributes": base64.b64encode(bytes(row.attributes)).decode(),
                "certificate": row.seal.fingerprint,
                "suite": row.seal.suite,
                "case": row.case.number or "",
                "expires_at": row.expires_at.isoformat(),
            }
        )


def signs_with_one(officer: Officer) -> bool:
    """Whether the officer's seal is on a UKey of their own."""
    seal = seals.live_seal_of(officer)
    return seal is not None and seal.keeping == Seal.Keeping.OWN


def _bytes(said: str) -> bytes:
    """Of base64; what is none is a signature that fits nothing."""
    try:
        return base64.b64decode(said, validate=True)
    except (binascii.Error, ValueError):
        return b""
