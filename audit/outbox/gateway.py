"""The SMS gateway: what any adapter must be able to do, and the one that speaks JSON over HTTP (docs/sms-gateway.md)."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings

from hukou.kernel import remote

from . import signing, words

LONGEST_REST = 3600
"""Seconds; a gateway that asks for a longer rest is asked again after this."""
DEFINITE_NO = frozenset({"down", "certificate", "no_address", "no_secret", "access", "busy"})
"""Words after which the gateway certainly has not taken the text."""


@dataclass(frozen=True)
class Taken:
    """The gateway has the text."""

    gateway_id: str


@dataclass(frozen=True)
class Refused:
    """It never will send it."""

    why: str


@dataclass(frozen=True)
class Later:
    """Nothing is decided; the same request may be made again."""

    why: str
    rest: int = 0
    """Seconds the gateway wants to be left alone."""

    @property
    def line_is_out(self) -> bool:
        """Whether others would fare the same now."""
        return self.why in DEFINITE_NO or self.why in ("timeout", "hung_up")


@dataclass(frozen=True)
class Receipt:
    """What became of a text, as the gateway tells it."""

    token: str
    state: str
    """delivered | failed | pending"""


class Gateway(Protocol):
    """Somebody who sends texts. Both verbs may be repeated without harm; neither raises."""

    def send(self, *, token: str, phone: str, text: str, kind: str) -> Taken | Refused | Later:
        """Hand a text over. The same token is the same text, and is sent once."""
        ...

    def ask(self, token: str) -> Receipt | Later:
        """What became of it."""
        ...


def configured() -> Gateway | None:
    """The gateway of this site; None where texts are only kept."""
    return HttpGateway(settings.HUKOU_SMS_GATEWAY.rstrip("/")) if settings.HUKOU_SMS_GATEWAY else None


@dataclass(frozen=True)
class HttpGateway:
    """The adapter for gateways that keep to docs/sms-gateway.md."""

    address: str

    def send(self, *, token: str, phone: str, text: str, kind: str) -> Taken | Refused | Later:
        """POST /v1/messages."""
        body = json.dumps({"to": phone, "text": text, "kind": kind}, ensure_ascii=False).encode()
        answer = self._ask("POST", "/v1/messages", body, token)
        if isinstance(answer, Later):
            return answer
        if answer.status in (200, 201, 202):
            name = answer.said.get("id")
            return Taken(name) if isinstance(name, str) and _is_name(name) else Later("strange_answer")
        return _no(answer)

    def ask(self, token: str) -> Receipt | Later:
        """GET /v1/messages/{token}."""
        answer = self._ask("GET", f"/v1/messages/{token}", b"", "")
        if isinstance(answer, Later):
            return answer
        if answer.status != 200:
            no = _no(answer)
            return no if isinstance(no, Later) else Later(no.why)
        state = answer.said.get("state")
        if answer.said.get("key") != token or state not in ("delivered", "failed", "pending"):
            return Later("strange_answer")
        return Receipt(token, str(state))

    def _ask(self, method: str, path: str, body: bytes, token: str) -> remote.Answer | Later:
        url = self.address + path
        try:
            headers = signing.signed(method, remote.path_of(url), body, key=token)
            if body:
                headers |= {"Content-Type": "application/json", "Idempotency-Key": token}
            until = time.monotonic() + settings.HUKOU_SMS_SECONDS
            cafile = settings.HUKOU_SMS_CA
            return remote.ask(method, url, body=body or None, headers=headers, until=until, cafile=cafile)
        except signing.NoSecret:
            return Later("no_secret")
        except remote.NoAnswer as failed:
            return Later(failed.why)


def _no(answer: remote.Answer) -> Refused | Later:
    """An answer that is no acceptance. Nothing it says goes further than as a word we know."""
    said = str(answer.said.get("code"))
    if answer.status in (400, 404, 409, 422) and said in words.REFUSED:
        return Refused(said)
    if answer.status in (401, 403):
        return Later("access")
    if answer.status == 429:
        rest = answer.headers.get("retry-after", "")
        return Later("busy", rest=min(int(rest), LONGEST_REST) if rest.isdecimal() and len(rest) < 6 else 60)
    return Later(f"http_{answer.status}")


def _is_name(value: str) -> bool:
    return 0 < len(value) <= 64 and value.isprintable()
