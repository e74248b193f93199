"""SM2 with SM3 (GB/T 32918-2016, GB/T 32905-2016): the national algorithms, which cryptographic assessment asks for."""

from __future__ import annotations

from dataclasses import dataclass

from asn1crypto import keys

from workflows.seals.errors import SuiteNotOffered

from . import libcrypto, names
from .base import identifier

names.register()

LOCKED = b"-----BEGIN ENCRYPTED PRIVATE KEY-----"


class SM2:
    """The national suite. PDF readers from abroad do not verify it; ours and national ones do."""

    name = "sm2"
    digest = "sm3"
    digest_oid = names.SM3
    signature_oid = names.SM2_WITH_SM3
    signature_algorithm = identifier(signature_oid)

    def generate(self) -> SM2Key:
        return SM2Key(libcrypto.generate())

    def unlocked(self, pem: bytes, secret: bytes) -> SM2Key:
        if not pem.lstrip().startswith(LOCKED):
            raise ValueError("the key is not encrypted")
        return SM2Key(libcrypto.unlocked(pem, secret))

    def knows(self, public_info: bytes) -> bool:
        info = keys.PublicKeyInfo.load(public_info)
        return bool(info.algorithm == "ec" and info.curve == ("named", "sm2"))

    def verifies(self, public_info: bytes, signature: bytes, data: bytes) -> bool:
        return libcrypto.verifies(public_info, signature, data)

    def why_not(self) -> str:
        try:
            libcrypto.library()
        except SuiteNotOffered as lacking:
            return str(lacking.data["why"])
        return ""


@dataclass(frozen=True)
class SM2Key:
    """An opened SM2 key."""

    opened: libcrypto.PrivateKey
    suite = SM2()

    def sign(self, data: bytes) -> bytes:
        return self.opened.sign(data)

    def public_info(self) -> bytes:
        return self.opened.public_info()

    def locked(self, secret: bytes) -> bytes:
        return self.opened.locked(secret)
