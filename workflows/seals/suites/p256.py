"""ECDSA on the curve P-256 with SHA-256 (FIPS 186-5, RFC 5758)."""

from __future__ import annotations

from dataclasses import dataclass

from asn1crypto import keys
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from .base import identifier

ALGORITHM = ec.ECDSA(hashes.SHA256())


class P256:
    """The default suite: fast, and every PDF reader verifies it."""

    name = "p256"
    digest = "sha256"
    digest_oid = "2.16.840.1.101.3.4.2.1"
    signature_oid = "1.2.840.10045.4.3.2"
    signature_algorithm = identifier(signature_oid)

    def generate(self) -> P256Key:
        return P256Key(ec.generate_private_key(ec.SECP256R1()))

    def unlocked(self, pem: bytes, secret: bytes) -> P256Key:
        try:
            key = serialization.load_pem_private_key(pem, secret)
        except TypeError as unencrypted:
            raise ValueError("the key is not encrypted") from unencrypted
        except UnsupportedAlgorithm as other:
            raise ValueError("a key of another suite") from other
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
            raise ValueError("not a P-256 key")
        return P256Key(key)

    def knows(self, public_info: bytes) -> bool:
        info = keys.PublicKeyInfo.load(public_info)
        return bool(info.algorithm == "ec" and info.curve == ("named", "secp256r1"))

    def verifies(self, public_info: bytes, signature: bytes, data: bytes) -> bool:
        key = serialization.load_der_public_key(public_info)
        assert isinstance(key, ec.EllipticCurvePublicKey)
        try:
            key.verify(signature, data, ALGORITHM)
        except InvalidSignature:
            return False
        return True

    def why_not(self) -> str:
        return ""


@dataclass(frozen=True)
class P256Key:
    """An opened P-256 key, loaded once: loading costs more than signing."""

    opened: ec.EllipticCurvePrivateKey
    suite = P256()

    def sign(self, data: bytes) -> bytes:
        return self.opened.sign(data, ALGORITHM)

    def public_info(self) -> bytes:
        return self.opened.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def locked(self, secret: bytes) -> bytes:
        return self.opened.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(secret),
        )
