"""Certificates and revocation lists (RFC 5280), laid down the same way whatever suite signs them.

The usual libraries cannot sign with SM2; here only the signature depends on the suite.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import core, crl, keys, x509

from workflows.seals.suites import Key


@dataclass(frozen=True)
class Revoked:
    """One line of a revocation list."""

    serial: int
    moment: datetime
    reason: str = "unspecified"
    """As RFC 5280 clause 5.3.1 names it, in snake case: key_compromise, affiliation_changed, certificate_hold, …"""


def name(common_name: str, organisation: str = "") -> x509.Name:
    """A distinguished name in China; what is too long for the standard (64 characters) is cut."""
    parts = {"country_name": "CN", "organization_name": organisation[:64], "common_name": common_name[:64]}
    return x509.Name.build({kind: said for kind, said in parts.items() if said})


def certificate(
    *,
    subject: x509.Name,
    public_info: bytes,
    issuer: x509.Name,
    issuer_key: Key,
    valid: tuple[datetime, datetime],
    path: int | None = None,
    purposes: Iterable[str] = (),
) -> x509.Certificate:
    """A certificate signed by `issuer_key`. `path`: CA path length, None for a signer; `purposes`: its only uses
    (RFC 5280 clause 4.2.1.12), e.g. time_stamping."""
    is_ca = path is not None
    extensions: list[dict[str, object]] = [
        {"extn_id": "basic_constraints", "critical": True, "extn_value": {"ca": is_ca, "path_len_constraint": path}},
        {"extn_id": "key_usage", "critical": True, "extn_value": _usage(is_ca)},
        {"extn_id": "key_identifier", "critical": False, "extn_value": _identifier(public_info)},
        {"extn_id": "authority_key_identifier", "critical": False, "extn_value": _issued_by(issuer_key)},
    ]
    if purposes:
        extensions.append({"extn_id": "extended_key_usage", "critical": True, "extn_value": list(purposes)})
    tbs = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": secrets.randbits(127) | 1 << 126,
            "signature": _algorithm(issuer_key),
            "issuer": issuer,
            "validity": {"not_before": _time(valid[0]), "not_after": _time(valid[1])},
            "subject": subject,
            "subject_public_key_info": keys.PublicKeyInfo.load(public_info),
            "extensions": extensions,
        }
    )
    made = x509.Certificate(
        {
            "tbs_certificate": tbs,
            "signature_algorithm": _algorithm(issuer_key),
            "signature_value": issuer_key.sign(tbs.dump()),
        }
    )
    return x509.Certificate.load(made.dump())  # what was read back keeps its DER, what was built makes it every time


def revocation_list(
    *,
    issuer: x509.Certificate,
    issuer_key: Key,
    number: int,
    valid: tuple[datetime, datetime],
    revoked: Iterable[Revoked] = (),
) -> crl.CertificateList:
    """The issuer's list of certificates that hold no longer; `valid`: this list's day and its successor's."""
    lines = [
        {
            "user_certificate": one.serial,
            "revocation_date": _time(one.moment),
            "crl_entry_extensions": [{"extn_id": "crl_reason", "critical": False, "extn_value": one.reason}],
        }
        for one in revoked
    ]
    tbs = crl.TbsCertList(
        {
            "version": "v2",
            "signature": _algorithm(issuer_key),
            "issuer": issuer.subject,
            "this_update": _time(valid[0]),
            "next_update": _time(valid[1]),
            "revoked_certificates": lines or None,
            "crl_extensions": [
                {"extn_id": "authority_key_identifier", "critical": False, "extn_value": _issued_by(issuer_key)},
                {"extn_id": "crl_number", "critical": False, "extn_value": number},
            ],
        }
    )
    return crl.CertificateList(
        {"tbs_cert_list": tbs, "signature_algorithm": _algorithm(issuer_key), "signature": issuer_key.sign(tbs.dump())}
    )


def _algorithm(key: Key) -> x509.SignedDigestAlgorithm:
    return x509.SignedDigestAlgorithm.load(key.suite.signature_algorithm)


def _time(moment: datetime) -> x509.Time:
    """UTCTime until 2049, GeneralizedTime from 2050 on (RFC 5280 clause 4.1.2.5); whole seconds."""
    whole = moment.replace(microsecond=0)
    early = whole.year < 2050
    return x509.Time({"utc_time": core.UTCTime(whole)} if early else {"general_time": core.GeneralizedTime(whole)})


def _usage(is_ca: bool) -> set[str]:
    return {"key_cert_sign", "crl_sign"} if is_ca else {"digital_signature", "non_repudiation"}


def _identifier(public_info: bytes) -> bytes:
    """SHA-1 of the bits of the public key, as RFC 5280 clause 4.2.1.2 (1) names keys; no secret rests on it."""
    bits = keys.PublicKeyInfo.load(public_info)["public_key"]
    return hashlib.sha1(bytes(bits), usedforsecurity=False).digest()


def _issued_by(issuer_key: Key) -> dict[str, object]:
    return {"key_identifier": _identifier(issuer_key.public_info())}
