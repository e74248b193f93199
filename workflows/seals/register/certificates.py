"""The certificate of a seal as a value, and whom it names."""

from __future__ import annotations

from asn1crypto import pem, x509

from workflows.seals.models import Seal


def certificate_of(seal: Seal) -> x509.Certificate:
    """The seal's certificate."""
    return x509.Certificate.load(pem.unarmor(seal.certificate.encode())[2])


def subject_of(seal: Seal) -> dict[str, str]:
    """What a field kept for this seal asks of the signer's certificate; the next certificate of the seal says the same."""
    said = certificate_of(seal).subject.native
    return {part: said[part] for part in ("organization_name", "common_name") if part in said}
