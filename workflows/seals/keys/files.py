"""Encrypted key files, and the two secrets that lock them: an officer's PIN, the server's passphrase."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from asn1crypto import keys, pem
from django.conf import settings

from workflows.seals import suites
from workflows.seals.errors import KeystoreUnavailable, WrongPin
from workflows.seals.suites import Key, Suite

COST = 2**15
"""Rounds of scrypt over a PIN (RFC 7914: N)."""


def folder() -> Path:
    """The key folder, mode 0700."""
    place: Path = settings.HUKOU_DATA_DIR / "keys"
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


def keep(key: Key, name: str, secret: bytes) -> None:
    """Write a key, encrypted, for its owner only."""
    descriptor = os.open(folder() / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.locked(secret))
        file.flush()
        os.fsync(file.fileno())


def replace(key: Key, name: str, secret: bytes) -> None:
    """Lock a kept key with another secret. The old file is there until the new one is whole."""
    descriptor, draft = tempfile.mkstemp(dir=folder(), prefix=".new-")  # mkstemp: for its owner only
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.locked(secret))
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, folder() / name)


def opened(name: str, secret: bytes, suite: Suite | None = None) -> Key:
    """Open a key file. Raises WrongPin, KeystoreUnavailable."""
    try:
        encrypted = (folder() / Path(name).name).read_bytes()
        # A damaged file must not look like a wrong PIN: the officer would try again until locked out.
        keys.EncryptedPrivateKeyInfo.load(pem.unarmor(encrypted)[2], strict=True).native  # noqa: B018 - parses it
    except (OSError, ValueError, TypeError) as damaged:
        raise KeystoreUnavailable from damaged
    try:
        return (suite or suites.named(suites.DEFAULT)).unlocked(encrypted, secret)
    except ValueError as wrong:
        raise WrongPin from wrong


def opened_by_server(name: str, suite: Suite | None = None) -> Key:
    """Open a key the server itself holds. Raises KeystoreUnavailable: no PIN is at fault here."""
    try:
        return opened(name, server_passphrase(), suite)
    except WrongPin as wrong:
        raise KeystoreUnavailable from wrong


def stretched(pin: str, name: str) -> bytes:
    """The secret that locks an officer's key: the PIN through scrypt, with the server's passphrase mixed in.

    Six digits alone would fall to guessing in minutes; so a stolen key file needs the passphrase file too,
    and even with both every guess costs about 60 ms and 32 MB (`COST`).
    """
    salt = hmac.new(server_passphrase(), name.encode(), hashlib.sha256).digest()
    return hashlib.scrypt(pin.encode(), salt=salt, n=COST, r=8, p=1, maxmem=64 * 1024 * 1024).hex().encode()


def server_passphrase() -> bytes:
    """The passphrase of unit keys, kept in a file of its own beside them; made once."""
    path = folder() / "server.passphrase"
    if not path.exists():
        # Written whole before it gets its name: another process must never read half a passphrase.
        descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_urlsafe(32).encode())
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
        os.unlink(draft)
    return path.read_bytes()
