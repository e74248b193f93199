"""The hand-laid container against a general ASN.1 library."""

from __future__ import annotations

import hashlib

import pytest
from asn1crypto import cms, core, x509
from cryptography import x509 as made
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.casefiles import MORNING
from workflows.seals import signeddata
from workflows.seals.suites.p256 import P256

DIGEST = hashlib.sha256(b"the document").digest()


@pytest.fixture(scope="module")
def key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(scope="module")
def certificate(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = made.Name([made.NameAttribute(NameOID.COMMON_NAME, "周明 010201")])
    builder = made.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(2**150 + 7).not_valid_before(MORNING).not_valid_after(MORNING)
    der = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    return x509.Certificate.load(der)


def test_the_attributes_name_digest_type_certificate_and_algorithms(certificate: x509.Certificate) -> None:
    attributes = cms.CMSAttributes.load(signeddata.attributes(DIGEST, certificate, P256()), strict=True)
    said = {attribute["type"].native: attribute["values"] for attribute in attributes}
    assert set(said) == {"content_type", "message_digest", "signing_certificate_v2", "cms_algorithm_protection"}
    assert said["content_type"].native == ["data"]
    assert said["message_digest"].native == [DIGEST]
    named = said["signing_certificate_v2"][0]["certs"][0]
    assert named["hash_algorithm"]["algorithm"].native == "sha256"
    assert named["cert_hash"].native == hashlib.sha256(certificate.dump()).digest()
    assert said["cms_algorithm_protection"][0]["signature_algorithm"]["algorithm"].native == "sha256_ecdsa"


def test_the_container_is_der_and_carries_the_signature(
    certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey
) -> None:
    attributes = signeddata.attributes(DIGEST, certificate, P256())
    signature = key.sign(attributes, ec.ECDSA(hashes.SHA256()))
    der = signeddata.assemble(attributes, signature, certificate, [], P256())
    whole = cms.ContentInfo.load(der, strict=True)
    assert whole.copy().dump(force=True) == der
    signed = whole["content"]
    signer = signed["signer_infos"][0]
    assert signer["sid"].chosen["serial_number"].native == certificate.serial_number
    assert signer["signature"].native == signature
    assert signer["signed_attrs"].untag().dump() == attributes
    assert signed["certificates"][0].chosen.dump() == certificate.dump()
    key.public_key().verify(signature, signer["signed_attrs"].untag().dump(), ec.ECDSA(hashes.SHA256()))


@pytest.mark.parametrize("length", [0, 1, 127, 128, 255, 256, 65535, 65536, 70_000])
def test_lengths_are_written_the_shortest_way(length: int) -> None:
    written = signeddata._tlv(signeddata.OCTETS, b"x" * length)
    assert written == core.OctetString(b"x" * length).dump()
