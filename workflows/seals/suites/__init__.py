"""Suites of algorithms a seal may use: a digest and a signature that belong together. Chosen per seal."""

from __future__ import annotations

from asn1crypto import x509

from .base import Key, Suite, UnknownSuite
from .p256 import P256

__all__ = ["DEFAULT", "Key", "Suite", "UnknownSuite", "named", "of"]

SUITES: dict[str, Suite] = {suite.name: suite for suite in (P256(),)}
DEFAULT = "p256"


def named(name: str) -> Suite:
    """The suite of that name. Raises UnknownSuite."""
    try:
        return SUITES[name]
    except KeyError:
        raise UnknownSuite(name) from None


def of(certificate: x509.Certificate) -> Suite:
    """The suite of a certificate's own key. Raises UnknownSuite."""
    info = certificate.public_key.dump()
    for suite in SUITES.values():
        if suite.knows(info):
            return suite
    raise UnknownSuite(certificate.public_key.algorithm)
