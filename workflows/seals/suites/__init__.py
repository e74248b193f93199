"""Suites of algorithms a seal may use: a digest and a signature that belong together. Chosen per seal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from asn1crypto import x509
from django.conf import settings

from workflows.seals.errors import SuiteNotOffered

from .base import Key, Suite, UnknownSuite
from .p256 import P256
from .rsa import RSA
from .sm2 import SM2

__all__ = [
    "DEFAULT",
    "Key",
    "Suite",
    "UnknownSuite",
    "named",
    "of",
    "of_key",
    "offered",
    "prefer",
    "preferred",
    "require",
]

SUITES: dict[str, Suite] = {suite.name: suite for suite in (P256(), SM2(), RSA())}
DEFAULT = "p256"
_chosen: ContextVar[str] = ContextVar("suite")


def named(name: str) -> Suite:
    """The suite of that name. Raises UnknownSuite."""
    try:
        return SUITES[name]
    except KeyError:
        raise UnknownSuite(name) from None


def of(certificate: x509.Certificate) -> Suite:
    """The suite of a certificate's own key. Raises UnknownSuite."""
    return of_key(certificate.public_key.dump())


def of_key(public_info: bytes) -> Suite:
    """The suite of a public key (DER of SubjectPublicKeyInfo). Raises UnknownSuite."""
    for suite in SUITES.values():
        if suite.knows(public_info):
            return suite
    raise UnknownSuite("no suite knows this key")


def offered() -> dict[str, str]:
    """Every suite, and why it cannot be used on this machine; "" when it can."""
    return {name: suite.why_not() for name, suite in SUITES.items()}


def require(name: str) -> Suite:
    """The suite of that name, usable here. Raises UnknownSuite, SuiteNotOffered."""
    suite = named(name)
    if why := suite.why_not():
        raise SuiteNotOffered(suite=name, why=why)
    return suite


def preferred() -> str:
    """Name of the suite new seals get, and whose seal an officer uses who has several."""
    return _chosen.get(settings.HUKOU_SEAL_SUITE)


@contextmanager
def prefer(name: str) -> Iterator[None]:
    """Prefer another suite for a while, in this thread or task only. Raises UnknownSuite, SuiteNotOffered."""
    token = _chosen.set(require(name).name)
    try:
        yield
    finally:
        _chosen.reset(token)
