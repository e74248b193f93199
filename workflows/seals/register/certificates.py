"""The certificate of a seal as a value."""

from __future__ import annotations

from asn1crypto import pem, x509

from workflows.seals.models import Seal


def certificate_of(seal: Seal) -> x509.Certificate:
    """The seal's certificate."""
    return x509.Certificate.load(pem.unarmor(seal.certificate.encode())[2])
