"""Whom a verifier trusts: the roots we know, with their revocation lists, and nothing fetched from anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from asn1crypto import crl, x509
from pyhanko_certvalidator import ValidationContext

from .authority import local


@dataclass(frozen=True)
class Known:
    """Certificates and lists on this server."""

    roots: tuple[x509.Certificate, ...]
    issuers: tuple[x509.Certificate, ...]
    lists: tuple[crl.CertificateList, ...]

    def context(self, moment: datetime) -> ValidationContext:
        """What pyHanko judges a path by at `moment`: revocation is asked for, never taken for granted."""
        return ValidationContext(
            trust_roots=list(self.roots),
            other_certs=list(self.issuers),
            crls=list(self.lists),
            moment=moment,
            revocation_mode="require",
            allow_fetching=False,
        )


def known() -> Known:
    """What this server knows now. Raises OSError when its authority cannot be read."""
    authorities = local.authorities()
    return Known(
        roots=tuple(one.root for one in authorities),
        issuers=tuple(one.issuer for one in authorities),
        lists=tuple(each for one in authorities for each in one.lists),
    )
