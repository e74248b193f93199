"""What both sides sign: requests to the gateway, receipts from it (docs/sms-gateway.md, "Signatures")."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from hukou.kernel import clock

TIME, SIGNATURE = "X-Hukou-Time", "X-Hukou-Signature"
CLOCKS_DIFFER = 300
"""Seconds a signed time may lie beside ours."""


class NoSecret(Exception):
    """The file with the secret cannot be read, or holds none."""


def secret() -> bytes:
    """The shared secret. Raises NoSecret."""
    try:
        found = Path(settings.HUKOU_SMS_SECRET_FILE).read_bytes().strip() if settings.HUKOU_SMS_SECRET_FILE else b""
    except OSError as unread:
        raise NoSecret from unread
    if not found:
        raise NoSecret
    return found


def signed(method: str, path: str, body: bytes, *, key: str = "") -> dict[str, str]:
    """Headers that prove who asks, when, and what. Raises NoSecret."""
    time = str(int(clock.now().timestamp()))
    return {TIME: time, SIGNATURE: code(secret(), (method, path, time, key), body)}


def holds(method: str, path: str, body: bytes, headers: Mapping[str, str]) -> bool:
    """Whether a request to us is signed with the secret, now. Raises NoSecret."""
    time = headers.get(TIME, "")
    if not time.isdecimal() or len(time) > 12 or abs(int(time) - clock.now().timestamp()) > CLOCKS_DIFFER:
        return False
    return hmac.compare_digest(code(secret(), (method, path, time, ""), body), headers.get(SIGNATURE, ""))


def code(key: bytes, request: tuple[str, str, str, str], body: bytes) -> str:
    """HMAC-SHA-256 over five lines: method, path, time, idempotency key, SHA-256 of the body."""
    lines = "\n".join((*request, hashlib.sha256(body).hexdigest()))
    return "v1=" + hmac.new(key, lines.encode(), hashlib.sha256).hexdigest()
