"""The signature container (CMS SignedData, RFC 5652) of a PAdES B-B seal, written straight as DER.

A seal's container always has the same shape, so it is laid down directly; building it from a general ASN.1 object
tree costs several times the signature itself. The attributes are those of ETSI EN 319 142-1 clause 6.3: content
type, message digest and the certificate that signs, plus the algorithms (RFC 6211). The time is the PDF's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from asn1crypto import x509
from asn1crypto.core import Integer, ObjectIdentifier

from .suites import Suite
from .suites.base import identifier

SEQUENCE, SET, OCTETS = 0x30, 0x31, 0x04
FIRST, SECOND = 0xA0, 0xA1
"""Context tags [0] and [1], constructed."""
VERSION_1, VERSION_3 = Integer(1).dump(), Integer(3).dump()


def _tlv(tag: int, *contents: bytes) -> bytes:
    """Tag, length, contents."""
    body = b"".join(contents)
    if len(body) < 128:
        return bytes((tag, len(body))) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def sequence(*members: bytes) -> bytes:
    """A SEQUENCE of members that are DER already."""
    return _tlv(SEQUENCE, *members)


def _oid(dotted: str) -> bytes:
    return bytes(ObjectIdentifier(dotted).dump())


def _set_of(tag: int, members: Iterable[bytes]) -> bytes:
    """A SET OF in DER: its members sorted by their bytes."""
    return _tlv(tag, *sorted(members))


DATA, SIGNED_DATA = _oid("1.2.840.113549.1.7.1"), _oid("1.2.840.113549.1.7.2")
CONTENT_TYPE, MESSAGE_DIGEST = _oid("1.2.840.113549.1.9.3"), _oid("1.2.840.113549.1.9.4")
TIME_STAMP = _oid("1.2.840.113549.1.9.16.1.4")
SIGNING_CERTIFICATE, ALGORITHMS = _oid("1.2.840.113549.1.9.16.2.47"), _oid("1.2.840.113549.1.9.52")


def attributes(document_digest: bytes, certificate: x509.Certificate, suite: Suite, *, kind: bytes = DATA) -> bytes:
    """The signed attributes as a SET in DER: what the key signs. `document_digest`: made with the suite's digest;
    `kind`: content type of what is signed."""
    certificate_digest = hashlib.new(suite.digest, certificate.dump()).digest()
    # ESSCertIDv2 leaves SHA-256 out: it is the default (RFC 5035), and DER forbids writing a default.
    digest = b"" if suite.digest == "sha256" else identifier(suite.digest_oid)
    named = _tlv(SEQUENCE, _tlv(SEQUENCE, _tlv(SEQUENCE, digest, _tlv(OCTETS, certificate_digest))))
    # [1] IMPLICIT takes the place of the SEQUENCE tag of the algorithm.
    signature = bytes((SECOND,)) + suite.signature_algorithm[1:]
    algorithms = _tlv(SEQUENCE, identifier(suite.digest_oid), signature)
    said = (
        (CONTENT_TYPE, kind),
        (MESSAGE_DIGEST, _tlv(OCTETS, document_digest)),
        (SIGNING_CERTIFICATE, named),
        (ALGORITHMS, algorithms),
    )
    return _set_of(SET, (_tlv(SEQUENCE, name, _tlv(SET, value)) for name, value in said))


def assemble(
    signed_attributes: bytes,
    signature: bytes,
    certificate: x509.Certificate,
    issuers: Iterable[x509.Certificate],
    suite: Suite,
    *,
    stamp_info: bytes | None = None,
) -> bytes:
    """The whole container: attributes, signature, and the certificates a verifier needs below the root.

    `stamp_info`: DER of a TSTInfo, which a time-stamp token carries within itself (RFC 3161 clause 2.4.2); what a seal
    signs stays outside of its container.
    """
    digest_algorithm = identifier(suite.digest_oid)
    signer = _tlv(
        SEQUENCE,
        VERSION_1,
        _tlv(SEQUENCE, certificate.issuer.dump(), Integer(certificate.serial_number).dump()),
        digest_algorithm,
        bytes((FIRST,)) + signed_attributes[1:],  # [0] IMPLICIT: the SET with another tag
        suite.signature_algorithm,
        _tlv(OCTETS, signature),
    )
    content = _tlv(
        SEQUENCE,
        VERSION_1 if stamp_info is None else VERSION_3,
        _tlv(SET, digest_algorithm),
        _tlv(SEQUENCE, DATA)
        if stamp_info is None
        else _tlv(SEQUENCE, TIME_STAMP, _tlv(FIRST, _tlv(OCTETS, stamp_info))),
        _set_of(FIRST, (one.dump() for one in (certificate, *issuers))),
        _tlv(SET, signer),
    )
    return _tlv(SEQUENCE, SIGNED_DATA, _tlv(FIRST, content))
