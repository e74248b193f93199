"""Keys in PKCS#11 tokens and hardware modules (OASIS PKCS #11 v2.40): they sign, and never come out.

A login counts for a token in a whole process, not for one session. So an officer's token is logged in to for one
signature only, with nobody beside, and a token that the server keeps open is never taken for an officer's: there the
PIN would not be asked. A PIN is shown to a token once for each time somebody typed it.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pkcs11
from asn1crypto import keys, x509
from django.conf import settings
from pkcs11 import Mechanism, ObjectClass
from pkcs11 import exceptions as said
from pkcs11.util import ec, rsa

from workflows.seals.errors import KeystoreUnavailable, KeyUnfit, PinLocked, ServerPinWrong, TokenRemoved, WrongPin
from workflows.seals.suites import Suite

from . import files
from .sealer import require_fit

WRONG = (said.PinIncorrect, said.PinInvalid, said.PinLenRange)
LOCKED = (said.PinLocked, said.PinExpired)


@dataclass(frozen=True)
class Place:
    """Where a key is: the label of its token and its own."""

    token: str
    key: str

    @classmethod
    def of(cls, name: str) -> Place:
        """Read `token/key`."""
        token, _slash, key = name.partition("/")
        return cls(token, key)

    def __str__(self) -> str:
        return f"{self.token}/{self.key}"


@dataclass(frozen=True)
class TokenSealer:
    """A seal whose key is in a token. It holds the PIN until it is thrown away."""

    certificate: x509.Certificate
    issuers: Sequence[x509.Certificate]
    suite: Suite
    place: Place
    pin: str | None = field(repr=False)
    """None: the server's own."""

    def sign(self, attributes: bytes) -> bytes:
        """Sign inside the token. Raises WrongPin, PinLocked, TokenRemoved, ServerPinWrong, KeyUnfit, KeystoreUnavailable."""
        sign = MECHANISMS.get(self.suite.name)
        if sign is None:
            raise KeyUnfit
        with _complaints_of(self.place.token), self._session() as session:
            signature = sign(session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=self.place.key), attributes)
        require_fit(signature, attributes, self.certificate)
        return signature

    @contextmanager
    def _session(self) -> Iterator[pkcs11.Session]:
        with _state.alone:
            if self.pin is None:
                yield _servers_session(self.place.token)
            else:
                # An empty PIN would open a session that nobody logged in to.
                with _token(self.place.token).open(user_pin=self.pin or " ") as session:
                    yield session


def public_info(place: Place) -> bytes:
    """The public half of a key in a token: DER of SubjectPublicKeyInfo. Raises TokenRemoved, KeyUnfit, KeystoreUnavailable."""
    with _complaints_of(place.token), _state.alone, _token(place.token).open() as session:
        key: Any = session.get_key(object_class=ObjectClass.PUBLIC_KEY, label=place.key)
        if key.key_type == pkcs11.KeyType.RSA:
            return bytes(keys.PublicKeyInfo.wrap(rsa.encode_rsa_public_key(key), "rsa").dump())
        return bytes(ec.encode_ec_public_key(key))


def _ecdsa(key: Any, data: bytes) -> bytes:
    # Many tokens have the bare mechanism only, which signs a digest and answers r and s side by side.
    bare = key.sign(hashlib.sha256(data).digest(), mechanism=Mechanism.ECDSA)
    return bytes(ec.encode_ecdsa_signature(bare))


def _rsa(key: Any, data: bytes) -> bytes:
    return bytes(key.sign(data, mechanism=Mechanism.SHA256_RSA_PKCS))


MECHANISMS: dict[str, Callable[[Any, bytes], bytes]] = {"p256": _ecdsa, "rsa": _rsa}
"""SM2 has no mechanism number of its own in PKCS #11; tokens with it come behind a bridge of their maker (docs/ukey.md)."""


class _State:
    """What belongs to one process and to none it forks."""

    def __init__(self) -> None:
        self.alone = threading.RLock()
        self.fresh = True
        self.opened: dict[str, pkcs11.Session] = {}

    def begin_anew(self) -> None:
        """Let the library start again before its next use; its sessions are gone then."""
        self.fresh, self.opened = False, {}

    def forget(self) -> None:
        """In a forked child (PKCS #11 clause 6.7.1): the parent's sessions are not ours, and somebody may have held the lock."""
        self.alone = threading.RLock()
        self.begin_anew()


_state = _State()
os.register_at_fork(after_in_child=_state.forget)


def _module() -> Any:
    if not settings.HUKOU_TOKEN_LIBRARY:
        raise KeystoreUnavailable
    try:
        module = pkcs11.lib(settings.HUKOU_TOKEN_LIBRARY)
    except RuntimeError as missing:
        raise KeystoreUnavailable from missing
    if not _state.fresh:
        module.reinitialize()
        _state.fresh = True
    return module


def _token(label: str) -> pkcs11.Token:
    """The token of that label; one that seems missing is looked for again with new eyes.

    Libraries overlook a token plugged in later, and go on listing one that was pulled out.
    """
    try:
        found: pkcs11.Token = _module().get_token(token_label=label)
    except said.NoSuchToken:
        _state.begin_anew()
        found = _module().get_token(token_label=label)
    return found


def _is_there(label: str) -> bool:
    with _state.alone:
        _state.begin_anew()
        try:
            _token(label)
        except pkcs11.PKCS11Error:
            return False
        return True


def _servers_session(label: str) -> pkcs11.Session:
    """The session the server keeps open with the token of its units; one per process."""
    session = _state.opened.get(label)
    if session is None:
        pin, seen = _server_pin(label)
        try:
            session = _state.opened[label] = _token(label).open(user_pin=pin)
        except (*WRONG, *LOCKED) as wrong:
            _refused(label).write_text(seen)
            raise ServerPinWrong(token=label) from wrong
    return session


def _server_pin(label: str) -> tuple[str, str]:
    """The PIN out of its file, and the state of that file. Raises ServerPinWrong when this state was refused before."""
    path = Path(settings.HUKOU_TOKEN_PIN_FILE)
    try:
        seen, pin = str(path.stat().st_mtime_ns), path.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as missing:
        raise KeystoreUnavailable from missing
    marker = _refused(label)
    if not pin or (marker.exists() and marker.read_text() == seen):
        raise ServerPinWrong(token=label)
    return pin, seen


def _refused(label: str) -> Path:
    """Where it is noted that a token did not take the server's PIN: for every process, and after a restart."""
    return files.folder() / f"refused-{hashlib.sha256(label.encode()).hexdigest()[:16]}"


@contextmanager
def _complaints_of(label: str) -> Iterator[None]:
    try:
        yield
    except LOCKED as locked:
        raise PinLocked from locked
    except WRONG as wrong:
        raise WrongPin from wrong
    except said.UserAlreadyLoggedIn as kept_open:
        raise KeystoreUnavailable from kept_open
    except pkcs11.PKCS11Error as broken:
        if not _is_there(label):
            raise TokenRemoved(token=label) from broken
        raise (KeyUnfit if isinstance(broken, said.NoSuchKey) else KeystoreUnavailable) from broken
