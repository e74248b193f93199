"""RSA with SHA-256, PKCS#1 v1.5 (RFC 8017 clause 8.2): what most tokens in the field hold."""

from __future__ import annotations

from dataclasses import dataclass

from asn1crypto import keys
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from .base import identifier

BITS = 3072
"""Of keys made here."""
FEWEST_BITS = 2048
"""Of keys made elsewhere; fewer are not taken (NIST SP 800-131A: 112 bits of strength)."""


class RSA:
    """For keys that exist already; new ones are better made for another suite."""

    name = "rsa"
    digest = "sha256"
    digest_oid = "2.16.840.1.101.3.4.2.1"
    signature_oid = "1.2.840.113549.1.1.11"
    signature_algorithm = identifier(signature_oid, null=True)

    def generate(self) -> RSAKey:
        return RSAKey(rsa.generate_private_key(65_537, BITS))

    def unlocked(self, pem: bytes, secret: bytes) -> RSAKey:
        try:
            key = serialization.load_pem_private_key(pem, secret)
        except TypeError as unencrypted:
            raise ValueError("the key is not encrypted") from unencrypted
        except UnsupportedAlgorithm as other:
            raise ValueError("a key of another suite") from other
        if not isinstance(key, rsa.RSAPrivateKey):
            raise ValueError("not an RSA key")
        return RSAKey(key)

    def knows(self, public_info: bytes) -> bool:
        info = keys.PublicKeyInfo.load(public_info)
        return bool(info.algorithm == "rsa" and info.bit_size >= FEWEST_BITS)

    def verifies(self, public_info: bytes, signature: bytes, data: bytes) -> bool:
        key = serialization.load_der_public_key(public_info)
        assert isinstance(key, rsa.RSAPublicKey)
        try:
            key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return False
        return True

    def why_not(self) -> str:
        return ""


@dataclass(frozen=True)
class RSAKey:
    """An opened RSA key, loaded once: loading checks it, which costs fifty signatures."""

    opened: rsa.RSAPrivateKey
    suite = RSA()

    def sign(self, data: bytes) -> bytes:
        return self.opened.sign(data, padding.PKCS1v15(), hashes.SHA256())

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
