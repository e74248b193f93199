"""Keys at the province's e-seal service: it signs over HTTPS. The contract is docs/province-seals.md.

Nothing it answers is believed before the signature was checked against the certificate in our register. The same
attributes always carry the same idempotency key, so an answer lost on the way can be asked for again.
"""

from __future__ import annotations

import base64
import binascii
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from asn1crypto import x509
from django.conf import settings

from hukou.kernel import canonical, remote
from workflows.seals.errors import KeyUnfit, PinLocked, ProvinceAnswerWrong, ProvinceUnavailable, SealError, WrongPin
from workflows.seals.suites import Suite

from .sealer import require_fit

REFUSED: dict[str, type[SealError]] = {"wrong_pin": WrongPin, "pin_locked": PinLocked, "unknown_key": KeyUnfit}


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
        answer = _answer(body, idempotency, until)
    except ProvinceUnavailable as lost:
        if not again or lost.data["why"] != "hung_up":
            raise
        answer = _answer(body, idempotency, until)
    if answer.status == 200:
        return answer.said
    refused = REFUSED.get(str(answer.said.get("code"))) if 400 <= answer.status < 500 else None
    raise refused() if refused else ProvinceUnavailable(why=f"http_{answer.status}")


def _answer(body: dict[str, str], idempotency: str, until: float) -> remote.Answer:
    headers = {"Content-Type": "application/json", "Idempotency-Key": idempotency}
    try:
        if settings.HUKOU_PROVINCE_ACCESS_FILE:
            word = Path(settings.HUKOU_PROVINCE_ACCESS_FILE).read_text(encoding="ascii").strip()
            headers["Authorization"] = f"Bearer {word}"
        return remote.ask(
            "POST",
            f"{settings.HUKOU_PROVINCE_SEALS.rstrip('/')}/v1/signatures",
            body=json.dumps(body).encode(),
            headers=headers,
            until=until,
            cafile=settings.HUKOU_PROVINCE_CA,
        )
    except remote.NoAnswer as failed:
        raise ProvinceUnavailable(why=failed.why) from failed
    except (OSError, ValueError) as unread:
        raise ProvinceUnavailable(why="down") from unread
