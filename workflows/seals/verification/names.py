"""How a certificate's holder is called in a report."""

from __future__ import annotations

from asn1crypto import x509


def of(certificate: x509.Certificate) -> str:
    """Organisation and name."""
    names = certificate.subject.native
    return f"{names.get('organization_name', '')} {names.get('common_name', '')}".strip()
