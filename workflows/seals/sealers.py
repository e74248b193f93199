"""From a seal in the register to something that signs with it, wherever the key is."""

from __future__ import annotations

from asn1crypto import x509

from . import register, suites, trust
from .authority import local
from .errors import KeystoreUnavailable, PinKeptElsewhere, PinNeeded, SignedElsewhere, WrongPin
from .keys import files, province, token
from .keys.sealer import Sealer, ShownOnce, SoftwareSealer
from .models import Seal

Keeping = Seal.Keeping


def of_officer(seal: Seal, *, pin: str) -> Sealer:
    """An officer's seal, opened with the PIN; it lives no longer than the decision.

    Raises WrongPin, KeystoreUnavailable. Tokens and the province's service say what is wrong when they sign.
    """
    if seal.keeping == Keeping.OWN:
        raise SignedElsewhere  # the UKey signs on its officer's machine, and takes no PIN from here
    if not pin:
        raise PinNeeded
    if seal.keeping == Keeping.FILE:
        return _software(seal, files.stretched(pin, seal.key_name))
    return ShownOnce(_elsewhere(seal, pin))


def of_unit(seal: Seal) -> Sealer:
    """A unit's seal, whose key the server may use. Raises KeystoreUnavailable."""
    if seal.keeping == Keeping.FILE:
        try:
            return _software(seal, files.server_passphrase())
        except WrongPin as wrong:  # no PIN is at fault here
            raise KeystoreUnavailable from wrong
    return _elsewhere(seal, None)


def change_pin(seal: Seal, *, old: str, new: str) -> None:
    """Lock the officer's key with another PIN; whole or not at all.

    Raises WrongPin, KeystoreUnavailable, PinKeptElsewhere.
    """
    if seal.keeping != Keeping.FILE:
        raise PinKeptElsewhere
    key = files.opened(seal.key_name, files.stretched(old, seal.key_name), suites.named(seal.suite))
    files.replace(key, seal.key_name, files.stretched(new, seal.key_name))


def _software(seal: Seal, secret: bytes) -> SoftwareSealer:
    key = files.opened(seal.key_name, secret, suites.named(seal.suite))
    return SoftwareSealer(register.certificate_of(seal), issuers_of(seal), key)


def _elsewhere(seal: Seal, pin: str | None) -> Sealer:
    certificate, suite = register.certificate_of(seal), suites.named(seal.suite)
    if seal.keeping == Keeping.TOKEN:
        return token.TokenSealer(certificate, issuers_of(seal), suite, token.Place.of(seal.key_name), pin)
    if seal.keeping == Keeping.PROVINCE:
        return province.ProvinceSealer(certificate, issuers_of(seal), suite, seal.key_name, pin)
    raise SignedElsewhere


def issuers_of(seal: Seal) -> list[x509.Certificate]:
    """The certificates between a seal's and its root, as far as this server knows them."""
    certificate, own = register.certificate_of(seal), local.authority(seal.suite).issuer
    if certificate.issuer == own.subject:
        return [own]
    return [one for one in trust.known().chain_of(certificate) if one.issuer != one.subject]
