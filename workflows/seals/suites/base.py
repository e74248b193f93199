"""What every suite can do."""

from __future__ import annotations

from typing import Protocol

from asn1crypto.core import Null, ObjectIdentifier, Sequence


class UnknownSuite(LookupError):
    """A suite, or the algorithm of a key, that this program does not sign or verify with."""


class Key(Protocol):
    """An opened private key."""

    @property
    def suite(self) -> Suite:
        """The suite it belongs to."""
        ...

    def sign(self, data: bytes) -> bytes:
        """Signature over the data itself (the suite's digest is part of it), as it stands in a container."""
        ...

    def public_info(self) -> bytes:
        """Its public half: DER of SubjectPublicKeyInfo."""
        ...

    def locked(self, secret: bytes) -> bytes:
        """PEM of the key, encrypted with `secret` (PKCS#8)."""
        ...


class Suite(Protocol):
    """A digest and a signature algorithm."""

    @property
    def name(self) -> str:
        """e.g. p256"""
        ...

    @property
    def digest(self) -> str:
        """Name of the digest, for hashlib and pyHanko."""
        ...

    @property
    def digest_oid(self) -> str:
        """Object identifier of the digest, dotted."""
        ...

    @property
    def signature_oid(self) -> str:
        """Object identifier of the signature with that digest, dotted."""
        ...

    @property
    def signature_algorithm(self) -> bytes:
        """DER of the signature's AlgorithmIdentifier."""
        ...

    def generate(self) -> Key:
        """A new key."""
        ...

    def unlocked(self, pem: bytes, secret: bytes) -> Key:
        """Open an encrypted key. Raises ValueError when `secret` does not open it."""
        ...

    def knows(self, public_info: bytes) -> bool:
        """Whether a public key (DER of SubjectPublicKeyInfo) is of this suite."""
        ...

    def verifies(self, public_info: bytes, signature: bytes, data: bytes) -> bool:
        """Whether `signature` over `data` was made by that key."""
        ...

    def why_not(self) -> str:
        """Why this machine cannot use it; "" when it can."""
        ...


class _Identifier(Sequence):
    _fields = [("algorithm", ObjectIdentifier), ("parameters", Null, {"optional": True})]  # noqa: RUF012 - asn1crypto's way


def identifier(oid: str, *, null: bool = False) -> bytes:
    """DER of an AlgorithmIdentifier; `null`: with the NULL some algorithms ask for (RFC 8017 A.2.4)."""
    fields = {"algorithm": oid, "parameters": Null()} if null else {"algorithm": oid}
    return bytes(_Identifier(fields).dump())
