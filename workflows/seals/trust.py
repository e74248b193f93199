"""Whom a verifier trusts: the roots we know, with their revocation lists, and nothing fetched from anywhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from asn1crypto import algos, crl, pem, x509
from asn1crypto.keys import PublicKeyInfo
from cryptography.exceptions import InvalidSignature
from django.conf import settings
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
    _revoked: dict[bytes, dict[int, datetime]] = field(default_factory=dict, repr=False, compare=False)

    def context(
        self,
        moment: datetime,
        *,
        lists: Iterable[crl.CertificateList] | None = None,
        certificates: Iterable[x509.Certificate] = (),
        responses: Iterable[object] = (),
        later_lists: bool = False,
    ) -> ValidationContext:
        """What pyHanko judges a path by at `moment`: revocation is asked for, never taken for granted.

        `lists`: the only revocation lists to go by, else those of this server; `certificates` and OCSP `responses`:
        found in the file; `later_lists`: a list made after `moment` counts too, for what it says of that moment.
        """
        return ValidationContext(
            trust_roots=list(self.roots),
            other_certs=[*self.issuers, *certificates],
            crls=list(self.lists if lists is None else lists),
            ocsps=list(responses),
            moment=moment,
            revocation_mode="require",
            retroactive_revinfo=later_lists,
            allow_fetching=False,
            signature_validator=NationalSignatures(),
        )

    def chain_of(self, certificate: x509.Certificate) -> list[x509.Certificate]:
        """The certificates above it, up to a root, as far as we know them; nothing is verified here."""
        above: list[x509.Certificate] = []
        here = certificate
        while here.issuer != here.subject and len(above) < 8:
            found = next((one for one in (*self.issuers, *self.roots) if _issued(one, here)), None)
            if found is None:
                break
            above.append(found)
            here = found
        return above

    def lists_of(self, issuers: Iterable[x509.Certificate]) -> list[crl.CertificateList]:
        """The revocation lists those issuers have put out."""
        names = {one.subject.hashable for one in issuers}
        return [one for one in self.lists if one.issuer.hashable in names]

    def revoked_at(self, certificate: x509.Certificate) -> datetime | None:
        """Since when the lists of this server call the certificate revoked, or None."""
        moments = []
        for one in self.lists:
            if one.issuer == certificate.issuer:
                lines = self._revoked.setdefault(one.signature, {})
                if not lines:
                    lines.update(
                        (line["user_certificate"].native, line["revocation_date"].native)
                        for line in one["tbs_cert_list"]["revoked_certificates"]
                    )
                if certificate.serial_number in lines:
                    moments.append(lines[certificate.serial_number])
        return min(moments, default=None)


def known() -> Known:
    """What this server knows now. Raises OSError when its authority cannot be read."""
    authorities = local.authorities()
    foreign = _foreign(Path(settings.HUKOU_TRUST_DIR or settings.HUKOU_DATA_DIR / "trust"))
    return Known(
        roots=(*(one.root for one in authorities), *foreign.roots),
        issuers=(*(one.issuer for one in authorities), *foreign.issuers),
        lists=(*(each for one in authorities for each in one.lists), *foreign.lists),
    )


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    if issuer.subject != certificate.issuer:
        return False
    said, has = certificate.authority_key_identifier, issuer.key_identifier
    return said is None or has is None or said == has


def _foreign(folder: Path) -> Known:
    """Certificates and lists an administrator has put there, PEM or DER. Raises OSError, ValueError."""
    certificates, lists = [], []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        data = path.read_bytes()
        parts = [part[2] for part in pem.unarmor(data, multiple=True)] if pem.detect(data) else [data]
        if path.suffix in (".crt", ".pem", ".cer"):
            certificates += [x509.Certificate.load(part) for part in parts]
        elif path.suffix == ".crl":
            lists += [crl.CertificateList.load(part) for part in parts]
    roots = tuple(one for one in certificates if one.issuer == one.subject)
    return Known(roots, tuple(one for one in certificates if one.issuer != one.subject), tuple(lists))
