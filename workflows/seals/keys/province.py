"""Keys at the province's e-seal service: it signs over HTTPS. The contract is docs/province-seals.md.

Nothing it answers is believed before the signature was checked against the certificate in our register. The same
attributes always carry the same idempotency key, so an answer lost on the way can be asked for again.
"""

from __future__ import annotations

import base64
import binascii
import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from asn1crypto import x509
from django.conf import settings

from hukou.kernel import canonical
from workflows.seals.errors import KeyUnfit, PinLocked, ProvinceAnswerWrong, ProvinceUnavailable, SealError, WrongPin
from workflows.seals.suites import Suite

from .sealer import require_fit

LONGEST_ANSWER = 64 * 1024
"""Bytes; a signature and its wrapping have two thousand."""
REFUSED: dict[str, type[SealError]] = {"wrong_pin": WrongPin, "pin_locked": PinLocked, "unknown_key": KeyUnfit}
HERE = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class ProvinceSealer:
    """A seal whose key the province holds. It keeps the PIN until it is thrown away."""

    certificate: x509.Certificate
    issuers: Sequence[x509.Certificate]
    suite: Suite
    key: str
    """The service's name of the key."""
    pin: str | None = field(repr=False)
    """None: a unit's key, used with the server's own access word."""

    def sign(self, attributes: bytes) -> bytes:
        """Let the service sign. Raises WrongPin, PinLocked, KeyUnfit, ProvinceUnavailable, ProvinceAnswerWrong."""
        asked = {
            "key": self.key,
            "suite": self.suite.name,
            "attributes": base64.b64encode(attributes).decode(),
        }
        if self.pin is not None:
            asked["pin"] = self.pin
        answer = _asked(asked, idempotency=canonical.sha256(attributes), again=self.pin is None)
        try:
            signature = base64.b64decode(answer["signature"], validate=True)
            require_fit(signature, attributes, self.certificate)
        except (KeyError, TypeError, binascii.Error, KeyUnfit) as wrong:
            raise ProvinceAnswerWrong from wrong
        return signature


def _asked(body: dict[str, str], *, idempotency: str, again: bool) -> dict[str, Any]:
    """Ask for one signature. `again`: a hang-up is asked once more; never with a PIN, which might count twice."""
    until = time.monotonic() + settings.HUKOU_PROVINCE_SECONDS
    try:
        status, said = _answer(body, idempotency, until)
    except ProvinceUnavailable as lost:
        if not again or lost.data["why"] != "hung_up":
            raise
        status, said = _answer(body, idempotency, until)
    if status == 200:
        return said
    refused = REFUSED.get(str(said.get("code"))) if 400 <= status < 500 else None
    raise refused() if refused else ProvinceUnavailable(why=f"http_{status}")


def _answer(body: dict[str, str], idempotency: str, until: float) -> tuple[int, dict[str, Any]]:
    connection, path = _connection(until)
    headers = {"Content-Type": "application/json", "Idempotency-Key": idempotency, "Connection": "close"}
    try:
        if settings.HUKOU_PROVINCE_ACCESS_FILE:
            word = Path(settings.HUKOU_PROVINCE_ACCESS_FILE).read_text(encoding="ascii").strip()
            headers["Authorization"] = f"Bearer {word}"
        connection.connect()
        with _cut_off(connection.sock, until):
            connection.request("POST", path, json.dumps(body), headers)
            with connection.getresponse() as answer:
                said = json.loads(answer.read(LONGEST_ANSWER))
    except (OSError, http.client.HTTPException, ValueError) as failed:
        raise ProvinceUnavailable(why=_why(failed, until)) from failed
    finally:
        connection.close()
    return answer.status, said if isinstance(said, dict) else {}


def _why(failed: Exception, until: float) -> str:
    """A stable word for what went wrong; never the service's own text, which might repeat what was sent."""
    if isinstance(failed, TimeoutError) or time.monotonic() >= until:
        return "timeout"
    if isinstance(failed, ssl.SSLError):
        return "certificate"
    if isinstance(
        failed, ConnectionResetError | BrokenPipeError | http.client.RemoteDisconnected | http.client.IncompleteRead
    ):
        return "hung_up"
    return "no_json" if isinstance(failed, json.JSONDecodeError | UnicodeDecodeError) else "down"


def _connection(until: float) -> tuple[http.client.HTTPConnection, str]:
    address = urlsplit(settings.HUKOU_PROVINCE_SEALS)
    path, left = f"{address.path.rstrip('/')}/v1/signatures", max(until - time.monotonic(), 0.1)
    if address.scheme == "https" and address.hostname:
        trusted = ssl.create_default_context(cafile=settings.HUKOU_PROVINCE_CA or None)
        return http.client.HTTPSConnection(address.hostname, address.port, timeout=left, context=trusted), path
    if address.scheme == "http" and address.hostname in HERE:  # a relay on this machine that speaks TLS for us
        return http.client.HTTPConnection(address.hostname, address.port, timeout=left), path
    raise ProvinceUnavailable(why="no_address")


@contextmanager
def _cut_off(line: socket.socket, until: float) -> Iterator[None]:
    """End the talk when the time is over: a server that drips keeps every single wait short."""

    def hang_up() -> None:
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(max(until - time.monotonic(), 0), hang_up)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
