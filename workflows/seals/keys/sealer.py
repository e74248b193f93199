"""One way to sign, wherever the key is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from asn1crypto import x509

from workflows.seals import suites
from workflows.seals.errors import KeyUnfit, PinLocked, SealError, WrongPin
from workflows.seals.suites import Key, Suite


class Sealer(Protocol):
    """A seal ready to be put on: its certificate, and something that signs."""

    @property
    def certificate(self) -> x509.Certificate:
        """The seal's own certificate."""
        ...

    @property
    def issuers(self) -> Sequence[x509.Certificate]:
        """The certificates between it and the root."""
        ...

    @property
    def suite(self) -> Suite:
        """Its algorithms."""
        ...

    def sign(self, attributes: bytes) -> bytes:
        """Signature over the signed attributes (DER of the SET, RFC 5652 clause 5.4). Raises SealError."""
        ...


def require_fit(signature: bytes, attributes: bytes, certificate: x509.Certificate) -> None:
    """A signature made elsewhere is believed only when the certificate's own key made it. Raises KeyUnfit."""
    info = certificate.public_key.dump()
    if not suites.of_key(info).verifies(info, signature, attributes):
        raise KeyUnfit


@dataclass
class ShownOnce:
    """A seal opened with a typed PIN: what refused the PIN is not shown it again, whoever goes on asking."""

    sealer: Sealer
    refused: SealError | None = None

    @property
    def certificate(self) -> x509.Certificate:
        return self.sealer.certificate

    @property
    def issuers(self) -> Sequence[x509.Certificate]:
        return self.sealer.issuers

    @property
    def suite(self) -> Suite:
        return self.sealer.suite

    def sign(self, attributes: bytes) -> bytes:
        """Sign. Raises the refusal of the first time again."""
        if self.refused is not None:
            raise self.refused
        try:
            return self.sealer.sign(attributes)
        except (WrongPin, PinLocked) as refused:
            self.refused = refused
            raise


@dataclass(frozen=True)
class SoftwareSealer:
    """A key that was opened in this process and lives no longer than this object."""

    certificate: x509.Certificate
    issuers: Sequence[x509.Certificate]
    key: Key = field(repr=False)

    @property
    def suite(self) -> Suite:
        return self.key.suite

    def sign(self, attributes: bytes) -> bytes:
        return self.key.sign(attributes)
