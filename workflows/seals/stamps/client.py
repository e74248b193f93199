"""Asking for stamps: the configured services in their order, or the local authority's own.

An answer is believed only after `tokens.believe`; a service that is down, slow or wrong is passed over, and left
alone for a while so that not every seal waits for it.
"""

from __future__ import annotations

import hashlib
import http.client
import secrets
import time
import urllib.request
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings

from hukou.kernel import clock
from workflows.seals import suites, trust
from workflows.seals.authority import tsa
from workflows.seals.errors import StampUnavailable

from . import tokens
from .tokens import Disbelieved, Stamp

OWN = "own"
REST = timedelta(minutes=1)
LONGEST = 65_536
"""Bytes of an answer that are read at most."""
HEADERS = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}

_resting: dict[str, datetime] = {}
"""Services that failed, until when they are asked last."""


def digest_name(suite: str) -> str:
    """The digest stamps are made over: the suite's own where the law asks for it, else the configured one."""
    own = suites.named(suite).digest
    return own if own == "sm3" else str(settings.HUKOU_STAMP_DIGEST)


def stamp(data: bytes, *, suite: str = suites.DEFAULT) -> Stamp:
    """Have these bytes stamped. Raises StampUnavailable."""
    algorithm = digest_name(suite)
    return stamp_digest(hashlib.new(algorithm, data).digest(), algorithm, suite=suite)


def stamp_digest(digest: bytes, algorithm: str, *, suite: str = suites.DEFAULT) -> Stamp:
    """Have a digest stamped by the first service that answers rightly. Raises StampUnavailable."""
    if not settings.HUKOU_TSA_URLS:
        token = tsa.token(digest, algorithm, nonce=None, suite=suite)
        return Stamp(token, tokens.moment_of(token), OWN)
    now, failures = clock.now(), []
    known = trust.known()
    for url in sorted(settings.HUKOU_TSA_URLS, key=lambda one: _resting.get(one, now) > now):
        nonce = secrets.randbits(63)
        try:
            token = tokens.token_of(_ask(url, tokens.request(digest, algorithm, nonce)))
            moment = tokens.believe(
                token, digest=digest, algorithm=algorithm, nonce=nonce, now=clock.now(), known=known
            )
        except (OSError, http.client.HTTPException, Disbelieved) as failed:
            _resting[url] = clock.now() + REST
            failures.append(f"{url} {failed if isinstance(failed, Disbelieved) else type(failed).__name__}")
        else:
            _resting.pop(url, None)
            return Stamp(tokens.pruned(token, known), moment, url)
    raise StampUnavailable(reasons="; ".join(failures))


def _ask(url: str, question: bytes) -> bytes:
    """One question over HTTP, answered as a whole within the time allowed. Raises OSError, HTTPException."""
    if not url.startswith(("http://", "https://")):
        raise OSError(f"not an address of the web: {url}")
    allowed = float(settings.HUKOU_TSA_SECONDS)
    ends = time.monotonic() + allowed
    asked = urllib.request.Request(url, data=question, headers=HEADERS, method="POST")  # noqa: S310 - checked above
    answer = bytearray()
    with urllib.request.urlopen(asked, timeout=allowed) as response:  # noqa: S310
        read: Callable[[int], bytes] = response.read1
        while part := read(4096):
            answer += part
            if len(answer) > LONGEST:
                raise OSError("the answer is too long")
            if time.monotonic() > ends:  # the time-out above is for each piece, and pieces may dribble
                raise TimeoutError
    return bytes(answer)
