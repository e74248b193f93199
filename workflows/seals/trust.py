"""Whom a verifier trusts: the roots we know, with their revocation lists, and nothing fetched from anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from asn1crypto import algos, crl, x509
from asn1crypto.keys import PublicKeyInfo
from cryptography.exceptions import InvalidSignature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.sig_validate import (
    DEFAULT_VALIDATION_CONTEXT,
    DefaultSignatureValidator,
    SignatureValidationContext,
)

from .authority import local
from .suites.sm2 import SM2


class NationalSignatures(DefaultSignatureValidator):
    """Checks SM2 signatures too, in certificates, lists, timestamps and seals; the stock one knows no SM2."""

    national = SM2()

    def validate_signature(
        self,
        signature: bytes,
        signed_data: bytes,
        public_key_info: PublicKeyInfo,
        signature_algorithm: algos.SignedDigestAlgorithm,
        context: SignatureValidationContext = DEFAULT_VALIDATION_CONTEXT,
    ) -> None:
        """Raise InvalidSignature when it is none, and when the algorithm is not one for this key."""
        info = public_key_info.dump()
        is_national = signature_algorithm["algorithm"].dotted == self.national.signature_oid
        if is_national != self.national.knows(info):
            raise InvalidSignature
        if not is_national:
            super().validate_signature(signature, signed_data, public_key_info, signature_algorithm, context)
        elif context.prehashed or not self.national.verifies(info, signature, signed_data):
            raise InvalidSignature  # SM2 signs the signer's identity too: a bare digest cannot be checked


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
            signature_validator=NationalSignatures(),
        )


def known() -> Known:
    """What this server knows now. Raises OSError when its authority cannot be read."""
    authorities = local.authorities()
    return Known(
        roots=tuple(one.root for one in authorities),
        issuers=tuple(one.issuer for one in authorities),
        lists=tuple(each for one in authorities for each in one.lists),
    )
