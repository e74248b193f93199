"""From a seal in the register to something that signs with it."""

from __future__ import annotations

from . import register, suites
from .authority import local
from .keys import files
from .keys.sealer import Sealer, SoftwareSealer
from .models import Seal


def of_officer(seal: Seal, *, pin: str) -> Sealer:
    """An officer's seal, opened with the PIN; it lives no longer than the decision. Raises WrongPin, KeystoreUnavailable."""
    key = files.opened(seal.key_name, files.stretched(pin, seal.key_name), suites.named(seal.suite))
    return _software(seal, key)


def of_unit(seal: Seal) -> Sealer:
    """A unit's seal, whose key the server holds. Raises KeystoreUnavailable."""
    return _software(seal, files.opened_by_server(seal.key_name, suites.named(seal.suite)))


def change_pin(seal: Seal, *, old: str, new: str) -> None:
    """Lock the officer's key with another PIN; whole or not at all. Raises WrongPin, KeystoreUnavailable."""
    key = files.opened(seal.key_name, files.stretched(old, seal.key_name), suites.named(seal.suite))
    files.replace(key, seal.key_name, files.stretched(new, seal.key_name))


def _software(seal: Seal, key: suites.Key) -> SoftwareSealer:
    return SoftwareSealer(register.certificate_of(seal), [local.authority(seal.suite).issuer], key)
